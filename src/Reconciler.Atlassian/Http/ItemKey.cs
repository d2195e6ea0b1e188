using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Http;

/// <summary>Remote keys as one path segment or query value.</summary>
internal static class ItemKey
{
    /// <summary>Longer than any that is known, and as long as a ledger records (crds/).</summary>
    public const int LengthMax = 1024;

    /// <summary>Null when the key can stand in a path. A dot segment would be resolved away by any party on the route
    /// and would address the collection instead (I13).</summary>
    public static RemoteFault.Rejected? Check(string key) =>
        key is "." or ".." || key.Length > LengthMax
            ? new RemoteFault.Rejected("The key cannot be addressed in a URL.", 0)
            : null;

    /// <summary>The key of a create on a client-keyed API.</summary>
    /// <exception cref="ArgumentException">The request has none: planning derives one for every module.</exception>
    public static string Of(CreateRequest request) => request.Key is { Length: > 0 } key
        ? key
        : throw new ArgumentException("A create on a client-keyed API needs a key.", nameof(request));

    /// <exception cref="ArgumentException">The key is empty (I13).</exception>
    public static string Encode(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return Uri.EscapeDataString(key);
    }
}
