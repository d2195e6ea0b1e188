using Reconciler.Operator.Hosting;
using Reconciler.TestKit;

namespace Reconciler.Operator.Tests.Hosting;

public sealed class IdleTrimTests
{
    private readonly ManualTimeProvider _time = new();
    private HostActivity _activity;
    private int _trims;

    [Fact]
    public async Task Memory_is_given_back_once_after_each_burst_of_work_and_never_within_one()
    {
        using var end = new CancellationTokenSource();
        var loop = new IdleTrim(() => _activity, _time, () => _trims++).RunAsync(end.Token);

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, _trims);
        _activity = new(IsUnderWay: true, Done: 5);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, _trims);

        _activity = new(IsUnderWay: false, Done: 5);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, _trims);

        _activity = new(IsUnderWay: false, Done: 6);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(2, _trims);

        end.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }
}
