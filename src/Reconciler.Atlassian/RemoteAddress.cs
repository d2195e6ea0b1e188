using Reconciler.Core.Modules;

namespace Reconciler.Atlassian;

/// <summary>Rules for <c>spec.baseUrl</c>: https; plain http only for loopback unless it was allowed (product.md §4).
/// </summary>
public static class RemoteAddress
{
    /// <summary>Forge documents no absolute address for this API; its siblings use this one (X6).</summary>
    public static Uri ForgeDefault { get; } = new("https://api.atlassian.com");

    /// <returns>Null when usable, else one sentence: what is wrong and how to fix it.</returns>
    public static string? Check(RemoteApi api, Uri baseUrl, bool allowInsecure)
    {
        if (!baseUrl.IsAbsoluteUri || baseUrl.Scheme is not ("https" or "http") || baseUrl.Host.Length == 0)
        {
            return "spec.baseUrl must be an absolute https URL such as https://api.atlassian.com.";
        }

        if (baseUrl.UserInfo.Length > 0)
        {
            return "spec.baseUrl must not hold a user or password; credentials belong in the Secret.";
        }

        if (baseUrl.Query.Length > 0 || baseUrl.Fragment.Length > 0)
        {
            return "spec.baseUrl must not hold a query or fragment.";
        }

        if (api == RemoteApi.ConnectConfluence && baseUrl.AbsolutePath == "/")
        {
            // X11: the installed baseUrl ends so; without it every answer is a 404 of Jira.
            return "spec.baseUrl of a Confluence site must end with /wiki, as the installed callback gives it.";
        }

        return baseUrl.Scheme == "https" || baseUrl.IsLoopback || allowInsecure
            ? null
            : $"spec.baseUrl {baseUrl.Authority} uses plain http; use https, or --allow-insecure-remote for tests.";
    }

    /// <summary>The address to use when spec.baseUrl is absent; null where it is required.</summary>
    public static Uri? DefaultFor(RemoteApi api) =>
        api is RemoteApi.ForgeV2 or RemoteApi.ForgeV1 ? ForgeDefault : null;
}
