using System.Globalization;
using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Drills;

/// <summary>Who led when, read from the logs of operators that share a machine and so a clock.</summary>
internal sealed class LeaderTerms
{
    private readonly List<Term> _terms;

    private LeaderTerms(List<Term> terms) => _terms = terms;

    public int Count => _terms.Count;

    /// <summary>From the signal to stop a leader to the first pass that its successor may start. A leader that was not
    /// stopped but lost its lease hands nothing over.</summary>
    public IReadOnlyList<TimeSpan> Handovers =>
        [.. _terms.Zip(_terms.Skip(1), (one, next) => next.Led - one.Stopping).OfType<TimeSpan>()];

    public static LeaderTerms Read(IEnumerable<OperatorProcess> operators) =>
        new([.. operators.SelectMany(TermsOf).OrderBy(term => term.Led)]);

    public void AssertOneAtATime()
    {
        Assert.All(_terms.Zip(_terms.Skip(1)), pair =>
            Assert.True(pair.First.Ended <= pair.Second.Led, $"{pair.First} overlaps {pair.Second}"));
    }

    public string Describe()
    {
        var sorted = Handovers.Select(handover => handover.TotalMilliseconds).Order().ToList();
        return sorted.Count == 0
            ? "no handover"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"handover min {sorted[0]:0}, p50 {sorted[sorted.Count / 2]:0}, "
                + $"max {sorted[^1]:0} ms, n={sorted.Count}");
    }

    private static IEnumerable<Term> TermsOf(OperatorProcess one)
    {
        Term? term = null;
        foreach (var line in one.Process.Lines.Where(line => line.StartsWith('{')))
        {
            var log = JsonNode.Parse(line)!;
            var at = DateTimeOffset.Parse(log["time"]!.GetValue<string>(), CultureInfo.InvariantCulture);
            switch (log["event"]?.GetValue<string>())
            {
                case "LeadershipGained":
                    term = new Term(at, null, null);
                    break;
                case "Stopping":
                    term = term! with { Stopping = at };
                    break;
                case "LeadershipEnded":
                    yield return term! with { Ended = at };
                    term = null;
                    break;
                default:
                    break;
            }
        }

        if (term is not null)
        {
            yield return term;
        }
    }

    private sealed record Term(DateTimeOffset Led, DateTimeOffset? Stopping, DateTimeOffset? Ended);
}
