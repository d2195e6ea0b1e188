namespace Reconciler.Operator.Rendering;

/// <summary>One line of <c>lint</c>.</summary>
/// <param name="Field">Null when the manifest as a whole is meant.</param>
internal sealed record LintFinding(string File, long Line, string? Field, bool IsError, string Message);
