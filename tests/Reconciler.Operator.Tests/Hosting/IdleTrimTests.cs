using Reconciler.Operator.Hosting;
using Reconciler.TestKit;

namespace Reconciler.Operator.Tests.Hosting;

public sealed class IdleTrimTests : IDisposable
{
    private const long Rest = 20 << 20;

    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _end = new();
    private bool _isBusy;
    private long _committed = Rest;
    private int _trims;

    [Fact]
    public void A_heap_that_has_not_grown_is_left_alone()
    {
        Start();
        _committed = Rest + IdleTrim.GrowthMin - 1;
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, _trims);
    }

    [Fact]
    public void Memory_is_given_back_once_after_a_burst_and_never_within_one()
    {
        Start();
        _isBusy = true;
        _committed = Rest + IdleTrim.Burst;
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, _trims);

        _isBusy = false;
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(2, _trims);
    }

    [Fact]
    public void What_a_burst_leaves_behind_does_not_wait_and_little_growth_does()
    {
        Start();
        _committed = Rest + IdleTrim.Burst;
        _time.Advance(IdleTrim.Interval);
        Assert.Equal(2, _trims);

        _committed = Rest + IdleTrim.GrowthMin;
        _time.Advance(IdleTrim.Pause - IdleTrim.Interval);
        Assert.Equal(2, _trims);
        _time.Advance(IdleTrim.Interval * 2);
        Assert.Equal(3, _trims);
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    // In the test's own context, in which Advance runs the loop before it returns.
    private void Start()
    {
        _ = new IdleTrim(() => _isBusy, () => _committed, _time, Trim).RunAsync(_end.Token);
        _time.Advance(IdleTrim.Interval);
        Assert.Equal(1, _trims);
    }

    private void Trim()
    {
        _trims++;
        _committed = Rest;
    }
}
