using System.Collections.Immutable;
using System.Text.Json;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;

namespace Reconciler.Core.Tests.Planning;

/// <summary>
/// A golden case is a directory: <c>desired.json</c> (installation and modules), <c>observed.json</c> (key → type and
/// data), optionally <c>ledger.json</c> (as stored), and <c>plan.txt</c>, which is what the planner must say.
/// </summary>
internal sealed class CaseFiles(string directory)
{
    public string PlanPath => Path.Combine(directory, "plan.txt");

    public string Render()
    {
        var desired = Read("desired.json").RootElement;
        var installation = ReadInstallation(desired.GetProperty("installation"));
        var modules = desired.GetProperty("modules").EnumerateArray().Select(ReadModule).ToImmutableArray();
        var situation = new Situation(
            installation, modules, ReadObserved(), Evidence.None, new ProtocolWindows(), DateTimeOffset.UnixEpoch);
        var resolution = Resolver.Resolve(ReadLedger(installation), situation);
        return PlanText.Of(Planner.Plan(resolution, situation), resolution);
    }

    private Ledger ReadLedger(Installation installation)
    {
        var path = Path.Combine(directory, "ledger.json");
        if (!File.Exists(path))
        {
            return Leadership.Begin(installation.Key, installation.Api, "cluster", "writer");
        }

        return LedgerJson.TryRead(File.ReadAllBytes(path), out var ledger, out var error)
            ? ledger!
            : throw new FormatException($"{path}: {error}");
    }

    private IEnumerable<ObservedModule> ReadObserved() => Read("observed.json").RootElement.EnumerateObject()
        .Select(member => new ObservedModule(member.Name, ReadContent(member.Value)))
        .ToArray();

    private JsonDocument Read(string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, file)));

    private static Installation ReadInstallation(JsonElement json) => new(new InstallationKey("team-a", "acme"))
    {
        Api = Choice(json, "api", RemoteApi.ForgeV2),
        Mode = Choice(json, "mode", ManagementMode.Manage),
        Ownership = Choice(json, "ownership", OwnershipMode.Shared),
        Adoption = Choice(json, "adoption", AdoptionPolicy.Never),
        Drift = Choice(json, "drift", DriftPolicy.Correct),
        ApplyPolicy = Choice(json, "applyPolicy", ApplyPolicy.Automatic),
        Quota = json.TryGetProperty("quota", out var quota) ? quota.GetInt32() : 100,
        MaxDeletes = json.TryGetProperty("maxDeletes", out var max) ? new DeleteBudget(max.GetInt32(), 0) : new(10, 30),
    };

    private static DesiredModule ReadModule(JsonElement json)
    {
        var name = json.GetProperty("name").GetString()!;
        return new DesiredModule(new ModuleOwner($"uid-{name}", "team-a", name), ReadContent(json))
        {
            ImportKey = Text(json, "importKey"),
            RequestedKey = Text(json, "key"),
            MirroredKey = Text(json, "mirroredKey"),
            Suspended = Flag(json, "suspend"),
            Deleting = Flag(json, "deleting"),
            AllowDuplicate = Flag(json, "allowDuplicate"),
            Invalid = Text(json, "invalid"),
        };
    }

    private static ModuleContent ReadContent(JsonElement json) =>
        ModuleContent.Parse(Text(json, "type") ?? "trigger", json.GetProperty("data").GetRawText());

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static bool Flag(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.GetBoolean();

    private static T Choice<T>(JsonElement json, string name, T fallback) where T : struct, Enum =>
        Text(json, name) is { } text ? Enum.Parse<T>(text) : fallback;
}
