using Reconciler.Operator.Control;

namespace Reconciler.Operator.Tests.Control;

public sealed class ResyncScheduleTests
{
    private static readonly string[] Uids = [.. Enumerable.Range(0, 1000).Select(n => $"uid-{n}")];

    [Fact]
    public void Every_interval_is_within_ten_percent_and_they_differ()
    {
        var interval = TimeSpan.FromMinutes(5);
        var drawn = Uids.Select(uid => ResyncSchedule.Next(interval, uid)).ToList();

        Assert.All(drawn, next => Assert.InRange(next, interval * 0.9, interval * 1.1));
        Assert.True(drawn.Distinct().Count() > 990);
        Assert.True(drawn.Max() - drawn.Min() > interval * 0.19, "the whole range is used");
    }

    [Fact]
    public void The_same_uid_falls_at_the_same_place() =>
        Assert.Equal(ResyncSchedule.Startup(1000, "uid-1"), ResyncSchedule.Startup(1000, "uid-1"));

    [Fact]
    public void One_installation_starts_at_once_and_many_within_ten_seconds()
    {
        Assert.InRange(ResyncSchedule.Startup(1, "uid-1"), TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        Assert.All(Uids, uid => Assert.InRange(
            ResyncSchedule.Startup(10_000, uid), TimeSpan.Zero, TimeSpan.FromSeconds(10)));
    }
}
