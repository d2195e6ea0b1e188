using System.Collections.Immutable;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Status;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Tests.Status;

public sealed class StatusProjectionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ModuleOwner Owner = new("u1", "team-a", "m");

    [Theory]
    [InlineData(Progress.Ready, KStatusResult.Current)]
    [InlineData(Progress.Reconciling, KStatusResult.InProgress)]
    [InlineData(Progress.Stalled, KStatusResult.Failed)]
    public void Tools_that_follow_kstatus_conclude_the_same(Progress progress, object expected)
    {
        foreach (var start in Enum.GetValues<Progress>())
        {
            var before = Project(ModuleStatus.Empty, Verdict(start, "Before"), 3, Noon);
            var after = Project(before, Verdict(progress, "After"), 4, Noon.AddMinutes(1));

            Assert.Equal(expected, KStatus.Compute(4, after.ObservedGeneration, after.Conditions));
            Assert.All(after.Conditions, condition => Assert.Equal(4, condition.ObservedGeneration));
            Assert.Equal(KStatusResult.InProgress, KStatus.Compute(5, after.ObservedGeneration, after.Conditions));
        }
    }

    [Fact]
    public void An_unchanged_verdict_gives_an_equal_status_so_nothing_is_written()
    {
        foreach (var progress in Enum.GetValues<Progress>())
        {
            var verdict = Verdict(progress, Reasons.Synced) with { Key = "k", Applied = new Fingerprint("sha256:f") };
            var once = Project(ModuleStatus.Empty, verdict, 1, Noon.AddMilliseconds(123));
            var twice = Project(once, verdict, 1, Noon.AddHours(1));

            Assert.Equal(once, twice);
            Assert.Equal(once.GetHashCode(), twice.GetHashCode());
            Assert.Empty(StatusProjection.Events(once, twice));
        }
    }

    [Fact]
    public void A_transition_time_moves_only_with_its_status()
    {
        var registering = Project(ModuleStatus.Empty, Verdict(Progress.Reconciling, Reasons.Registering), 1, Noon);
        var resolving = Project(
            registering, Verdict(Progress.Reconciling, Reasons.ResolvingCreate), 1, Noon.AddMinutes(1));
        var ready = Project(resolving, Verdict(Progress.Ready, Reasons.Synced), 1, Noon.AddMinutes(2));

        Assert.Equal(Noon, resolving.Conditions.Ready!.LastTransitionTime);
        Assert.Equal(Reasons.ResolvingCreate, resolving.Conditions.Ready.Reason);
        Assert.Equal(Noon.AddMinutes(2), ready.Conditions.Ready!.LastTransitionTime);
        Assert.Null(ready.Conditions.Find(ConditionTypes.Reconciling));
    }

    [Fact]
    public void Pausing_keeps_the_ready_history_and_says_suspended()
    {
        var ready = Project(ModuleStatus.Empty, Verdict(Progress.Ready, Reasons.Synced), 1, Noon);
        var failed = Project(ModuleStatus.Empty, Verdict(Progress.Stalled, Reasons.InvalidData), 1, Noon);

        var pausedReady = Project(ready, Verdict(Progress.Paused, Reasons.Suspended), 2, Noon.AddHours(1));
        var pausedFailed = Project(failed, Verdict(Progress.Paused, Reasons.Suspended), 2, Noon.AddHours(1));
        var pausedNew = Project(ModuleStatus.Empty, Verdict(Progress.Paused, Reasons.Suspended), 1, Noon);

        AssertReady(pausedReady, ConditionStatus.True, Reasons.Suspended, Noon);
        AssertReady(pausedFailed, ConditionStatus.False, Reasons.Suspended, Noon);
        AssertReady(pausedNew, ConditionStatus.Unknown, Reasons.Suspended, Noon);
        Assert.Single(pausedFailed.Conditions);
    }

    [Fact]
    public void Conditions_of_others_are_kept()
    {
        var foreign = new Condition("Audited", ConditionStatus.True, "Yes", "", 1, Noon);
        var previous = new ModuleStatus { Conditions = new ConditionSet([foreign]) };

        var next = Project(previous, Verdict(Progress.Ready, Reasons.Synced), 1, Noon);

        Assert.Equal(foreign, next.Conditions.Find("Audited"));
    }

    [Fact]
    public void Key_and_fingerprint_survive_a_pass_that_could_not_read_the_ledger_and_go_with_the_entry()
    {
        var bound = Project(
            ModuleStatus.Empty,
            Verdict(Progress.Ready, Reasons.Synced) with { Key = "k", Applied = new Fingerprint("sha256:f") }, 1, Noon);
        var blind = Verdict(Progress.Reconciling, Reasons.RemoteUnavailable);

        var unknown = StatusProjection.Project(bound, blind, 1, null, Noon, keysKnown: false);
        var gone = StatusProjection.Project(bound, blind, 1, null, Noon);

        Assert.Equal(("k", "sha256:f"), (unknown.Key, unknown.Fingerprint));
        Assert.Equal((null, null), (gone.Key, gone.Fingerprint));
    }

    [Fact]
    public void A_long_message_is_cut_between_characters()
    {
        var status = Project(
            ModuleStatus.Empty,
            Verdict(Progress.Stalled, Reasons.InvalidData) with { Message = new string('x', 2046) + "😀😀" },
            1, Noon);

        Assert.Equal(new string('x', 2046) + "…", status.Conditions.Ready!.Message);
    }

    [Fact]
    public void Transitions_and_only_transitions_make_events()
    {
        var registering = Project(ModuleStatus.Empty, Verdict(Progress.Reconciling, Reasons.Registering), 1, Noon);
        var synced = Project(
            registering, Verdict(Progress.Ready, Reasons.Synced) with { Key = "k1", Message = "Registered." }, 1, Noon);
        var again = Project(
            synced, Verdict(Progress.Ready, Reasons.Synced) with { Key = "k2", Message = "Registered as k2." },
            1, Noon);
        var throttled = Project(
            again, Verdict(Progress.Reconciling, Reasons.RemoteUnavailable) with { Key = "k2" }, 1, Noon);
        var stalled = Project(throttled, Verdict(Progress.Stalled, Reasons.InvalidData), 1, Noon);

        Assert.Equal(
            new StatusEvent(EventSeverity.Normal, Reasons.Registering, "message"),
            Assert.Single(StatusProjection.Events(ModuleStatus.Empty, registering)));
        Assert.Equal(
            new StatusEvent(EventSeverity.Normal, Reasons.Synced, "Registered. (key k1)"),
            Assert.Single(StatusProjection.Events(registering, synced)));
        Assert.Equal(
            new StatusEvent(EventSeverity.Normal, Reasons.Synced, "Registered as k2."),
            Assert.Single(StatusProjection.Events(synced, again)));
        Assert.Equal(
            new StatusEvent(EventSeverity.Warning, Reasons.RemoteUnavailable, "message (key k2)"),
            Assert.Single(StatusProjection.Events(again, throttled)));
        Assert.Equal(
            new StatusEvent(EventSeverity.Warning, Reasons.InvalidData, "message"),
            Assert.Single(StatusProjection.Events(throttled, stalled)));
    }

    [Fact]
    public void A_resync_that_finds_everything_as_it_was_changes_nothing()
    {
        var result = Result(Progress.Ready, Reasons.Synced, new ModuleCounts(2, 2, 3, 1, 0, 0));

        var once = Project(InstallationStatus.Empty, result, Noon);
        var twice = Project(once, result, Noon.AddMinutes(5));

        Assert.Equal(once, twice);
        Assert.Equal(Noon, once.LastSyncTime);
        Assert.Equal(new QuotaUse(3, 100), once.Quota);
        Assert.Equal(KStatusResult.Current, KStatus.Compute(1, once.ObservedGeneration, once.Conditions));
    }

    [Fact]
    public void What_a_failed_pass_could_not_learn_stays()
    {
        var once = Project(
            InstallationStatus.Empty, Result(Progress.Ready, Reasons.Synced, new ModuleCounts(2, 2, 3, 1, 0, 0)), Noon);

        var failed = Project(once, Result(Progress.Reconciling, Reasons.RemoteUnavailable, null), Noon.AddMinutes(5));

        Assert.Equal(once.Modules, failed.Modules);
        Assert.Equal(once.Quota, failed.Quota);
        Assert.Equal(Noon, failed.LastSyncTime);
        Assert.Single(StatusProjection.Events(once, failed));
    }

    [Fact]
    public void The_plan_in_the_status_is_what_is_left_to_do()
    {
        var module = new DesiredModule(Owner, ModuleContent.Parse("trigger", "{}"));
        var create = new PlannedAction.Create(module, null, "T3", "new");
        var delete = new PlannedAction.Delete(Owner, "k", "T10", "deleted");
        var plan = new Plan([create], [], [new HeldAction(delete, Reasons.BreakerOpen, "too many")], "h1");
        var counts = new ModuleCounts(1, 1, 1, 0, 0, 0);

        var held = Project(InstallationStatus.Empty, Result(Progress.Ready, Reasons.Synced, counts) with
        {
            Plan = plan,
            Executed = [new ExecutedAction(create, "k2", null)],
        }, Noon);
        var empty = plan with { Actions = [], Held = [] };
        var done = Project(held, Result(Progress.Ready, Reasons.Synced, counts) with { Plan = empty }, Noon);

        Assert.Equal(new PlanSummary("h1", 0, 0, 1), held.Plan);
        Assert.Equal(new PlanSummary(null, 0, 0, 0), done.Plan);
    }

    private static void AssertReady(ModuleStatus status, ConditionStatus expected, string reason, DateTimeOffset since)
    {
        var ready = status.Conditions.Ready!;
        Assert.Equal((expected, reason, since), (ready.Status, ready.Reason, ready.LastTransitionTime));
    }

    private static ModuleVerdict Verdict(Progress progress, string reason) =>
        new(Owner, progress, reason, "message", "T8");

    private static ModuleStatus Project(
        ModuleStatus previous, ModuleVerdict verdict, long generation, DateTimeOffset now) =>
        StatusProjection.Project(previous, verdict, generation, null, now);

    private static InstallationStatus Project(InstallationStatus previous, PassResult result, DateTimeOffset now) =>
        StatusProjection.Project(
            previous, result, new Installation(new InstallationKey("team-a", "acme")), 1, null, null, now);

    private static PassResult Result(Progress progress, string reason, ModuleCounts? counts) => new(
        new PassOutcome.Settled(), ImmutableArray<ModuleVerdict>.Empty, null, null,
        new InstallationVerdict(progress, reason, "message"), counts);
}
