namespace Reconciler.Operator.Resources;

/// <summary>Where something stands in the input; prints as <c>file:line</c>.</summary>
/// <param name="Line">Counted from 1.</param>
internal readonly record struct ManifestPlace(string File, long Line)
{
    public override string ToString() => $"{File}:{Line}";
}
