using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;
using Reconciler.Operator.Control;
using Reconciler.Operator.Hosting;
using Reconciler.TestKit;

namespace Reconciler.Operator.Tests.Control;

/// <summary>The counters of crash-safety.md §8, end. The exporter hears every meter of the process.</summary>
[Collection(AloneCollection.Name)]
public sealed class ProtocolMeterTests : IDisposable
{
    private static readonly InstallationKey Acme = new("team-a", "acme");
    private static readonly ModuleOwner Owner = new("uid-1", "team-a", "one");

    private readonly ManualTimeProvider _time = new();
    private readonly PrometheusExporter _exporter = new();
    private readonly ControlMetrics _metrics;

    public ProtocolMeterTests() => _metrics = new(_time);

    [Fact]
    public void An_unknown_create_is_open_until_its_verdict_and_its_age_is_kept()
    {
        var open = Announced();
        Report(open);
        Assert.Contains("reconciler_intents_open{namespace=\"team-a\",installation=\"acme\"} 1", Render());

        _time.Advance(TimeSpan.FromSeconds(40));
        Report(open);
        var attempt = open.OpenAttempts()[0];
        Report(open.Bury(attempt, AttemptVerdict.Absent, _time.GetUtcNow()).Remove(Owner.Uid));

        var lines = Render();
        Assert.Contains("reconciler_intents_open{namespace=\"team-a\",installation=\"acme\"} 0", lines);
        Assert.Contains("reconciler_intent_resolution_seconds_sum{verdict=\"absent\"} 40", lines);
        Assert.Contains("reconciler_intent_resolution_seconds_count{verdict=\"absent\"} 1", lines);
    }

    [Fact]
    public void A_late_commit_counts_once_and_not_again_after_a_change_of_leader()
    {
        var found = Begun().Note(_time.GetUtcNow(), Owner.Uid, RuleIds.LateCommit, "bound to existing k");

        Report(found);
        Report(found);
        Assert.Contains("reconciler_late_commits_total 1", Render());

        _metrics.Forget(Acme);
        Report(found.TakeOver("cluster", "operator-2", _time.GetUtcNow()));
        Assert.Contains("reconciler_late_commits_total 1", Render());
    }

    [Fact]
    public void A_suspected_duplicate_is_shown_while_it_is_there()
    {
        Report(Begun(), new ModuleVerdict(Owner, Progress.Ready, Reasons.DuplicateSuspected, "twin", RuleIds.Surplus));
        Assert.Contains("reconciler_duplicates_suspected{namespace=\"team-a\",installation=\"acme\"} 1", Render());

        Report(Begun(), new ModuleVerdict(Owner, Progress.Ready, Reasons.Synced, "In sync.", RuleIds.InSync));
        Assert.Contains("reconciler_duplicates_suspected{namespace=\"team-a\",installation=\"acme\"} 0", Render());
    }

    [Fact]
    public void A_term_that_ended_leaves_no_series_to_contradict_the_next_leader()
    {
        Report(Begun());
        Assert.Contains(Render(), line => line.StartsWith("reconciler_installation_ready{", StringComparison.Ordinal));

        _metrics.TermEnded();

        Assert.DoesNotContain(Render(), line => line.Contains("installation=\"acme\"", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _exporter.Dispose();
    }

    private Ledger Begun() => new(Acme, RemoteApi.ForgeV2);

    private Ledger Announced() => Begun().Announce(
        [new("attempt-1", Owner, ModuleContent.Parse("macro", "{}"), null, DeletionPolicy.Delete)], [],
        _time.GetUtcNow());

    private void Report(Ledger ledger, params ModuleVerdict[] verdicts) => _metrics.PassReported(
        new Installation(Acme),
        new PassResult(
            new PassOutcome.Settled(), [.. verdicts], null, ledger, new(Progress.Ready, Reasons.Synced, ""),
            new(1, 0, 0, 0, 0, 0)),
        credentialsExpireAt: null, _time.GetUtcNow());

    private string[] Render() => _exporter.Render().Split('\n');
}
