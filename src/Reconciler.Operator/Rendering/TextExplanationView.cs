using System.Globalization;
using Reconciler.Core.Status;

namespace Reconciler.Operator.Rendering;

/// <summary>The answer for people: where it stands, what decided it, what comes next.</summary>
internal sealed class TextExplanationView(Paper paper) : IExplanationView
{
    private const int EarlierMax = 10;

    public void Show(Explanation explanation)
    {
        paper.Heading($"{explanation.Subject} (Installation {explanation.Installation})");
        ShowReady(explanation.Ready);
        foreach (var (name, value) in explanation.Standing)
        {
            paper.Line($"{name}: {value}", indent: 2);
        }

        ShowDecisions(explanation);
        if (explanation.LastFault is { } fault)
        {
            paper.Line($"last refusal: {Time(fault.At)} {fault.Message}", indent: 2);
        }

        paper.Line($"next wake-up: {explanation.NextWake}", indent: 2);
        paper.Line($"read from: {explanation.Source}", indent: 2);
    }

    private void ShowReady(Condition? ready)
    {
        if (ready is null)
        {
            return;
        }

        paper.Line($"Ready={ready.Status} {ready.Reason}: {ready.Message}", indent: 2);
        if (ReasonCatalogue.Entries.FirstOrDefault(entry => entry.Reason == ready.Reason) is { } row)
        {
            paper.Line($"{row.Meaning} {row.Fix}", indent: 4);
        }
    }

    private void ShowDecisions(Explanation explanation)
    {
        if (explanation.Decisions.IsEmpty)
        {
            paper.Line("last decision: none on record", indent: 2);
            return;
        }

        var last = explanation.Decisions[0];
        paper.Line($"last decision: {Describe(last)}", indent: 2);
        if (last.Rule is { } rule)
        {
            paper.Line($"rule {rule.Rule}: when {rule.When}: {rule.Then}", indent: 4);
        }

        if (!last.Line.Inputs.IsEmpty)
        {
            var inputs = string.Join(' ', last.Line.Inputs.Select(input => $"{input.Key}={input.Value}"));
            paper.Line($"inputs: {inputs}", indent: 4);
        }

        foreach (var earlier in explanation.Decisions.Skip(1).Take(EarlierMax))
        {
            paper.Line($"before that: {Describe(earlier)}", indent: 2);
        }
    }

    private static string Describe(Decision decision) => decision.Owner is { } owner
        ? $"{Time(decision.Line.At)} {decision.Line.Rule} {owner}: {decision.Line.Message}"
        : $"{Time(decision.Line.At)} {decision.Line.Rule} {decision.Line.Message}";

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
