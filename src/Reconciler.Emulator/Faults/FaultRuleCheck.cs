using System.Text.RegularExpressions;

namespace Reconciler.Emulator.Faults;

/// <summary>Refuses rules that could never do what they say.</summary>
internal static class FaultRuleCheck
{
    /// <summary>Null when the rule is sound, else what is wrong and how to fix it.</summary>
    public static string? Explain(FaultRule rule)
    {
        if (rule.Nth < 1)
        {
            return $"nth is {rule.Nth}; matching requests are counted from 1";
        }

        if (rule.Count < 1)
        {
            return $"count is {rule.Count}; leave it out for \"for ever\"";
        }

        if (rule.Probability is not (> 0 and <= 1))
        {
            return $"probability is {rule.Probability}; it must be above 0 and at most 1";
        }

        if (rule.Status is < 200 or > 599)
        {
            return $"status is {rule.Status}; it must be a final HTTP status, 200 to 599";
        }

        bool timed = rule.Kind is FaultKind.CommitLate or FaultKind.Delay or FaultKind.SlowBody;
        if (timed && rule.DelayMs is not >= 0)
        {
            return "this kind needs delayMs, 0 or more";
        }

        return ExplainPattern("path", rule.Path) ?? ExplainPattern("bodyPattern", rule.BodyPattern);
    }

    private static string? ExplainPattern(string name, string? pattern)
    {
        try
        {
            _ = pattern is null ? null : new Regex(pattern, RegexOptions.None, FaultSchedule.PatternTimeout);
            return null;
        }
        catch (ArgumentException e)
        {
            return $"{name} is no regular expression: {e.Message}";
        }
    }
}
