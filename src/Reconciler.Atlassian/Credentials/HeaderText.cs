namespace Reconciler.Atlassian.Credentials;

/// <summary>Header values we build from configuration: visible ASCII only, so nothing can be injected.</summary>
internal static class HeaderText
{
    public static bool IsSafe(string value) => value.Length > 0 && !value.AsSpan().ContainsAnyExceptInRange('!', '~');
}
