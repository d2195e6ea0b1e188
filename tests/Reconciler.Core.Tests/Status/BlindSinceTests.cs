using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Status;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Tests.Status;

/// <summary>What a new leader takes for the time of the last sync.</summary>
public sealed class BlindSinceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Noon.AddHours(3);

    public static TheoryData<string> Blind =>
    [
        Reasons.AwaitingToken, Reasons.AuthorizationFailed, Reasons.RateLimited, Reasons.RemoteUnavailable,
        Reasons.InvalidData, Reasons.TakeoverPending,
    ];

    [Fact]
    public void What_no_leader_tried_is_blind_since_now() =>
        Assert.Equal(Later, BlindSince.Of(InstallationStatus.Empty, Later));

    [Theory]
    [MemberData(nameof(Blind))]
    public void What_was_never_seen_is_blind_since_the_first_try(string reason)
    {
        var tried = After(InstallationStatus.Empty, Noon, Progress.Reconciling, reason);
        var again = After(tried, Noon.AddHours(2), Progress.Reconciling, reason);

        Assert.Equal(Noon, BlindSince.Of(again, Later));
    }

    [Theory]
    [InlineData(Progress.Ready, Reasons.Synced)]
    [InlineData(Progress.Stalled, Reasons.BreakerOpen)]
    public void An_outage_lasts_since_it_began_whatever_stood_there_for_days(Progress progress, string reason)
    {
        var seen = After(InstallationStatus.Empty, Noon.AddDays(-3), progress, reason, Counts);
        var lost = After(seen, Noon, Progress.Reconciling, Reasons.RemoteUnavailable);

        Assert.Equal(Noon, BlindSince.Of(lost, Later));
    }

    [Fact]
    public void A_sync_after_the_transition_is_later_evidence()
    {
        var working = After(
            InstallationStatus.Empty, Noon.AddDays(-1), Progress.Reconciling, Reasons.Registering, Counts);
        var seen = After(
            working, Noon, Progress.Reconciling, Reasons.Registering, Counts with { Bound = 1 });
        var lost = After(seen, Noon.AddMinutes(5), Progress.Reconciling, Reasons.RemoteUnavailable);

        Assert.Equal(Noon, BlindSince.Of(lost, Later));
    }

    [Theory]
    [InlineData(Progress.Ready, Reasons.Synced)]
    [InlineData(Progress.Stalled, Reasons.QuotaExceeded)]
    [InlineData(Progress.Paused, Reasons.Suspended)]
    public void What_was_seen_or_not_looked_at_is_blind_since_now(Progress progress, string reason)
    {
        var rests = After(InstallationStatus.Empty, Noon.AddDays(-3), progress, reason, Counts);

        Assert.Equal(Later, BlindSince.Of(rests, Later));
    }

    [Fact]
    public void A_clock_that_was_ahead_says_no_time_to_come()
    {
        var tried = After(InstallationStatus.Empty, Later.AddHours(1), Progress.Reconciling, Reasons.AwaitingToken);

        Assert.Equal(Later, BlindSince.Of(tried, Later));
    }

    private static ModuleCounts Counts { get; } = new(1, 0, 0, 0, 0, 0);

    private static InstallationStatus After(
        InstallationStatus before, DateTimeOffset at, Progress progress, string reason, ModuleCounts? counts = null) =>
        StatusProjection.Project(
            before,
            new PassResult(new PassOutcome.Settled(), [], null, null, new(progress, reason, ""), counts),
            new Installation(new("team-a", "acme")), 1, null, null, at);
}
