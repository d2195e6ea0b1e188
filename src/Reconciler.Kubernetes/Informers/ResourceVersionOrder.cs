namespace Reconciler.Kubernetes.Informers;

/// <summary>
/// Orders resourceVersions where that is safe: Kubernetes 1.35 declares those of one resource type comparable as
/// decimal numbers of any length. Anything else is opaque and has no order.
/// </summary>
internal static class ResourceVersionOrder
{
    /// <summary>Negative, zero or positive; null if there is no order.</summary>
    public static int? Compare(string left, string right)
    {
        if (string.Equals(left, right, StringComparison.Ordinal))
        {
            return 0;
        }

        return !IsNumber(left) || !IsNumber(right) ? null
            : left.Length != right.Length ? left.Length - right.Length
            : string.CompareOrdinal(left, right);
    }

    /// <summary>True if both have an order and <paramref name="left"/> is later.</summary>
    public static bool IsLater(string left, string right) => Compare(left, right) > 0;

    private static bool IsNumber(string version) =>
        version.Length > 0 && version[0] != '0' && version.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
}
