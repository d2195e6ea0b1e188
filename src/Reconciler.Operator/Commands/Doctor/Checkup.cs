namespace Reconciler.Operator.Commands.Doctor;

internal enum Health { Ok, Warn, Fail }

/// <summary>One line of <c>doctor</c>.</summary>
/// <param name="Subject">What was looked at.</param>
/// <param name="Fix">How to mend it; null when there is nothing to mend.</param>
internal sealed record Checkup(Health Health, string Subject, string Finding, string? Fix = null);
