using System.Text.Json;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>The sidecar's own helpers: which installations there are (reference §4).</summary>
internal sealed class ContainerInstallationsApi : IRemoteApi
{
    private const string Many = "/v1/installations";

    private const string One = "/v1/installation/";

    public string Name => "container";

    public bool Serves(WireRequest request) =>
        request.Path == Many || request.Path.StartsWith(One, StringComparison.Ordinal);

    public string? ClaimedInstallation(EmulatedCloud cloud, WireRequest request) => null;

    public WireResponse Answer(RemoteCall call)
    {
        if (call.Request.Verb != "GET")
        {
            return ForgeErrors.WrongVerb("GET");
        }

        Installation[] all =
            [.. call.Cloud.Installations.Where(installation => installation is { Installed: true, Connect: null })];
        if (call.Request.Path == Many)
        {
            return List(call, all);
        }

        string wanted = Uri.UnescapeDataString(call.Request.Path[One.Length..]);
        Installation? found = all.FirstOrDefault(installation => InstallationIds.Same(installation.Id, wanted));
        return found is null
            ? ForgeErrors.NoSuchRoute()
            : WireResponse.OfJson(200, JsonText.Write(writer => Write(writer, found)));
    }

    private static WireResponse List(RemoteCall call, Installation[] all)
    {
        string? sizeText = QueryString.First(call.Request.Query, "pageSize");
        int size = 100;
        if (sizeText is not null && (!int.TryParse(sizeText, out size) || size is < 1 or > 100))
        {
            return ForgeErrors.InvalidParameter("pageSize must be an integer from 1 to 100");
        }

        string? cursor = QueryString.First(call.Request.Query, "cursor");
        Installation[] rest =
            [.. all.Where(installation => string.CompareOrdinal(installation.Id, cursor) > 0)];
        string? next = rest.Length > size ? rest[size - 1].Id : null;
        return WireResponse.OfJson(200, JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("installations");
            foreach (Installation installation in rest.Take(size))
            {
                Write(writer, installation);
            }

            writer.WriteEndArray();
            writer.WriteString("cursor", next);
            writer.WriteEndObject();
        }));
    }

    private static void Write(Utf8JsonWriter writer, Installation installation)
    {
        writer.WriteStartObject();
        writer.WriteString("id", installation.Id);
        writer.WriteString(
            "installationContext", $"ari:cloud:jira::site/{InstallationIds.CloudId(installation.Id)}");
        writer.WriteNumber("version", installation.MajorVersion);
        writer.WriteStartArray("secondaryInstallationContexts");
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
