namespace Reconciler.Core.Ledgers;

/// <summary>One row of the rule table: what a rule id means to a person.</summary>
/// <param name="When">What must hold.</param>
/// <param name="Then">What is done.</param>
public sealed record RuleEntry(string Rule, string When, string Then);
