using Reconciler.Emulator.Endpoints;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Authentication;

/// <summary>
/// <c>forge-proxy-authorization: Forge as=app,id=…</c> (an invocation) or <c>installationId=…</c>; the two pages
/// disagree on which is required, so either will do (X9).
/// </summary>
internal sealed class ContainerAdmission : IAdmission
{
    public const string Header = "forge-proxy-authorization";

    private const string Scheme = "Forge ";

    public WireResponse? Refuse(RemoteCall call)
    {
        IReadOnlyDictionary<string, string>? fields = Fields(call.Request);
        if (fields is null || fields.GetValueOrDefault("as") != "app")
        {
            return ForgeErrors.ProxyRefused(
                $"{Header} must read: Forge as=app,id=… or Forge as=app,installationId=…");
        }

        return Installation(call.Cloud, fields) is { } installation
            ? BearerAdmission.Enter(call, installation)
            : ForgeErrors.ProxyRefused("neither the invocation id nor the installationId is known");
    }

    public string? Claimed(EmulatedCloud cloud, WireRequest request) =>
        Fields(request) is { } fields ? Installation(cloud, fields) : null;

    private static string? Installation(EmulatedCloud cloud, IReadOnlyDictionary<string, string> fields)
    {
        if (fields.TryGetValue("id", out string? invocation)
            && cloud.Invocations.TryGetValue(invocation, out string? id))
        {
            return id;
        }

        return fields.TryGetValue("installationId", out string? wanted)
            ? cloud.Installations.FirstOrDefault(installation => InstallationIds.Same(installation.Id, wanted))?.Id
            : null;
    }

    private static Dictionary<string, string>? Fields(WireRequest request)
    {
        if (request.Header(Header) is not { } header || !header.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        foreach (string field in header[Scheme.Length..].Split(','))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                fields[field[..equals].Trim()] = field[(equals + 1)..].Trim();
            }
        }

        return fields;
    }
}
