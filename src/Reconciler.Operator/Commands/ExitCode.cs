namespace Reconciler.Operator.Commands;

/// <summary>Exit codes (product.md §4).</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Something failed, or a person must act.</summary>
    public const int Failed = 1;

    /// <summary><c>plan</c>, and <c>migrate</c> without <c>--yes</c>: there are changes.</summary>
    public const int Changes = 2;
}
