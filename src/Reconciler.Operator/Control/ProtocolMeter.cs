using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Control;

/// <summary>
/// Counts what only happens when an answer was lost (crash-safety.md §8): how long creates stay unknown, how they end,
/// and commits that came after the verdict. Reads acknowledged ledgers; ages are this process's own.
/// </summary>
internal sealed class ProtocolMeter(TimeProvider time)
{
    private readonly ConcurrentDictionary<InstallationKey, Seen> _seen = new();
    private Histogram<double>? _resolution;
    private Counter<long>? _lateCommits;
    private Counter<long>? _resolved;

    public void Register(Meter meter)
    {
        _resolution = meter.CreateHistogram<double>(
            "reconciler_intent_resolution_seconds", null,
            "How long a create stayed unknown after the pass that sent it, by verdict.");
        _lateCommits = meter.CreateCounter<long>(
            "reconciler_late_commits_total", null, "Modules found that a closed create had made after all.");
        _lateCommits.Add(0);
        _resolved = meter.CreateCounter<long>(
            "reconciler_intents_resolved_total", null, "Creates whose unknown outcome became known, by verdict.");
    }

    public void Observe(InstallationKey installation, PassResult result)
    {
        if (result.Ledger is not { } ledger)
        {
            return;
        }

        var before = _seen.GetValueOrDefault(installation, Seen.Nothing);
        var open = ledger.OpenAttempts().ToDictionary(
            attempt => attempt.Attempt.Id,
            attempt => before.Open.TryGetValue(attempt.Attempt.Id, out var since) ? since : time.GetTimestamp(),
            StringComparer.Ordinal);
        foreach (var (attempt, since) in before.Open.Where(known => !open.ContainsKey(known.Key)))
        {
            var verdict = new KeyValuePair<string, object?>("verdict", VerdictOn(attempt, ledger));
            _resolution?.Record(time.GetElapsedTime(since).TotalSeconds, verdict);
            _resolved?.Add(1, verdict);
        }

        var late = LateCommits(ledger, result).ToHashSet(StringComparer.Ordinal);
        _lateCommits?.Add(late.Count(commit => !before.Late.Contains(commit)));
        _seen[installation] = new(open, late);
    }

    public void Forget(InstallationKey installation) => _seen.TryRemove(installation, out _);

    public void Clear() => _seen.Clear();

    /// <summary>An attempt that is neither open nor buried ended with an answer after all.</summary>
    private static string VerdictOn(string attempt, Ledger ledger) =>
        ledger.ClosedAttempts.FirstOrDefault(closed => closed.AttemptId == attempt)
            ?.Verdict.ToString().ToLowerInvariant()
        ?? "answered";

    /// <summary>Those of this epoch: older lines of the journal were counted by the leader that wrote them. In Shared
    /// mode a late commit is only reported, in a verdict.</summary>
    private static IEnumerable<string> LateCommits(Ledger ledger, PassResult result)
    {
        var ofThisEpoch = ledger.Journal.Reverse().TakeWhile(line => line.Rule != RuleIds.TakeOver);
        return ofThisEpoch
            .Where(line => line.Rule == RuleIds.LateCommit)
            .Select(line => $"{line.OwnerUid} {line.At:O} {line.Message}")
            .Concat(result.Verdicts
                .Where(verdict => verdict.Rule == RuleIds.LateCommit)
                .Select(verdict => $"{verdict.Owner.Uid} {verdict.Message}"));
    }

    private sealed record Seen(IReadOnlyDictionary<string, long> Open, IReadOnlySet<string> Late)
    {
        public static Seen Nothing { get; } = new(new Dictionary<string, long>(), new HashSet<string>());
    }
}
