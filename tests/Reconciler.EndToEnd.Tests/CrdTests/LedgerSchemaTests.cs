using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.CrdTests;

/// <summary>The ledger's stored form and its schema agree: nothing is refused, pruned or changed.</summary>
public sealed class LedgerSchemaTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const string Data =
        """{"text":"ä€😀\u0001","numbers":[0,-1,1.5,1e21,1e-7,9007199254740991],"none":null,"deep":{"a":[{"b":{}}]}}""";

    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    [Fact]
    public async Task A_ledger_with_everything_in_it_comes_back_from_the_api_server_as_it_was_written()
    {
        var kubectl = await cluster.NewNamespaceAsync();
        var spec = LedgerJson.Write(Full());

        await CreateAsync(kubectl, spec);
        var stored = (await kubectl.GetAsync("dmledger/acme"))["spec"]!.ToJsonString();

        Assert.True(LedgerJson.TryRead(Encoding.UTF8.GetBytes(stored), out var read, out var error), error);
        Assert.Equal(Encoding.UTF8.GetString(spec), Encoding.UTF8.GetString(LedgerJson.Write(read!)));
    }

    [Fact]
    public async Task Every_field_of_the_stored_form_is_in_the_schema()
    {
        var crds = await cluster.ControlPlane.Kubectl.ListAsync("crd");
        var schema = crds.Single(c => c["spec"]!["names"]!["kind"]!.GetValue<string>() == "ModuleLedger")
            ["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!;

        Assert.Empty(Unknown(JsonNode.Parse(LedgerJson.Write(Full()))!, schema, "spec"));
    }

    /// <summary>An account of each field costs the API server much of the time of a write, and every create waits for
    /// one.</summary>
    [Fact]
    public async Task The_api_server_keeps_account_of_a_ledger_as_one_field()
    {
        var kubectl = await cluster.NewNamespaceAsync();
        await CreateAsync(kubectl, LedgerJson.Write(Full()));
        var stored = JsonNode.Parse(
            await kubectl.RunAsync("get", "dmledger", "acme", "-o", "json", "--show-managed-fields"));

        var account = Assert.Single(stored!["metadata"]!["managedFields"]!.AsArray());
        Assert.Equal("""{"f:spec":{}}""", account!["fieldsV1"]!.ToJsonString());
    }

    private static async Task CreateAsync(Kubectl kubectl, byte[] spec)
    {
        var manifest = new JsonObject
        {
            ["apiVersion"] = "reconciler.io/v1alpha1",
            ["kind"] = "ModuleLedger",
            ["metadata"] = new JsonObject { ["name"] = "acme" },
            ["spec"] = JsonNode.Parse(spec),
        };

        // Not `apply`: on the client side it drops nulls.
        (await kubectl.TryAsync(["create", "-f", "-"], manifest.ToJsonString())).Required();
    }

    private static IEnumerable<string> Unknown(JsonNode value, JsonNode schema, string path) => value switch
    {
        JsonArray list => list.SelectMany(item => Unknown(item!, schema["items"]!, path + "[]")),
        JsonObject map when schema["additionalProperties"] is { } values =>
            map.SelectMany(member => Unknown(member.Value!, values, path + "{}")),
        JsonObject members when schema["properties"] is JsonObject known =>
            members.SelectMany(member => known[member.Key] is { } field
                ? Unknown(member.Value!, field, $"{path}.{member.Key}")
                : [$"{path}.{member.Key}"]),
        _ => [],
    };

    private static Ledger Full()
    {
        var data = Encoding.UTF8.GetBytes(Data);
        Assert.True(ModuleContent.TryCreate("trigger", data, out var content, out var error), error);
        var attempt = new Attempt("attempt-1", 2, content!.Fingerprint, "batch-1", Time);
        return new Ledger(new InstallationKey("team-a", "acme"), RemoteApi.ForgeV2)
        {
            ClusterId = "11111111-2222-4333-8444-555555555555",
            Epoch = 3,
            Writer = "reconciler-0",
            Sequence = 42,
            GenesisRecorded = true,
            GenesisBaseline = ["before-1", "before-2"],
            Entries = ImmutableSortedDictionary.CreateRange(
                StringComparer.Ordinal,
                [
                    new("uid-1", new LedgerEntry(
                        new ModuleOwner("uid-1", "team-a", "first"), EntryPhase.Intent, null, content.Fingerprint)
                    { Attempt = attempt }),
                    new KeyValuePair<string, LedgerEntry>("uid-2", new LedgerEntry(
                        new ModuleOwner("uid-2", "team-b", "second"), EntryPhase.Deleting, "key-2", content.Fingerprint)
                    {
                        Settled = content.Fingerprint,
                        BoundAt = Time,
                        DeletionPolicy = DeletionPolicy.Orphan,
                        Replacing = true,
                    }),
                ]),
            Batches = ImmutableSortedDictionary.CreateRange(
                StringComparer.Ordinal,
                [
                    new KeyValuePair<string, Batch>("batch-1", new Batch(
                        ["before-1"],
                        ImmutableSortedDictionary.CreateRange(
                            StringComparer.Ordinal,
                            [new KeyValuePair<string, ModuleContent>("attempt-1", content)]))),
                ]),
            ClosedAttempts =
            [
                .. Enum.GetValues<AttemptVerdict>().Select(verdict => new ClosedAttempt(
                    $"closed-{verdict}", "uid-2", content.Fingerprint, ["before-1"], Time, verdict) { Key = "key-2" }),
            ],
            Orphans = [new Orphan("key-3", content.Fingerprint, "late commit", Time) { Attempt = attempt }],
            Journal =
            [
                new JournalLine(Time, "uid-1", "T3", Data)
                {
                    Inputs = JournalLine.NoInputs.SetItem("key", "50 % of ä€😀\n").SetItem("number", "2"),
                },
            ],
        };
    }
}
