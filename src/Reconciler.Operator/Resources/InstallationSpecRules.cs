using Reconciler.Core.Modules;

namespace Reconciler.Operator.Resources;

/// <summary>The rules of the Installation CRD, for manifests that never saw an API server.</summary>
internal static class InstallationSpecRules
{
    /// <exception cref="ManifestException">At the first rule that is broken.</exception>
    public static void Check(InstallationResource installation, ManifestPlace place)
    {
        if (Explain(installation.Spec, installation.Api) is { } problem)
        {
            throw new ManifestException(place, problem);
        }
    }

    private static string? Explain(InstallationSpec spec, RemoteApi api) =>
        ExplainAddress(spec, api) ?? ExplainCredentials(spec.Credentials, api) ?? ExplainNumbers(spec);

    private static string? ExplainAddress(InstallationSpec spec, RemoteApi api)
    {
        if (spec.BaseUrl is null)
        {
            return api is RemoteApi.ForgeV2 or RemoteApi.ForgeV1
                ? null
                : $"spec.baseUrl is required for {api}: the address of the site, or of the egress proxy";
        }

        return Uri.TryCreate(spec.BaseUrl, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? null
            : "spec.baseUrl must be an absolute http or https address, for example https://api.atlassian.com";
    }

    private static string? ExplainCredentials(CredentialsSpec? credentials, RemoteApi api)
    {
        var bySecret = !string.IsNullOrEmpty(credentials?.SecretRef?.Name);
        var byForge = !string.IsNullOrEmpty(credentials?.ForgeRemote?.InstallationId);
        if (bySecret == byForge)
        {
            return "spec.credentials must have exactly one of secretRef.name and forgeRemote.installationId";
        }

        return byForge && api is not (RemoteApi.ForgeV2 or RemoteApi.ForgeV1)
            ? "spec.credentials.forgeRemote delivers a Forge token: use secretRef for this api"
            : null;
    }

    private static string? ExplainNumbers(InstallationSpec spec)
    {
        if (spec.Interval is { } text && (!Durations.TryParse(text, out var interval)
            || interval < InstallationResource.IntervalMin || interval > InstallationResource.IntervalMax))
        {
            return "spec.interval must be a duration from 10s to 24h, written like 30s, 5m or 1h30m";
        }

        return Outside("spec.quota", spec.Quota, 1, 1000)
            ?? Outside("spec.requestsPerSecond", spec.RequestsPerSecond, 1, 1000)
            ?? Outside("spec.maxDeletes.count", spec.MaxDeletes?.Count, 0, 1000)
            ?? Outside("spec.maxDeletes.percent", spec.MaxDeletes?.Percent, 0, 100);
    }

    private static string? Outside(string field, int? value, int least, int most) =>
        value is { } number && (number < least || number > most) ? $"{field} must be from {least} to {most}" : null;
}
