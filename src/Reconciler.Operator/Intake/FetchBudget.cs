namespace Reconciler.Operator.Intake;

/// <summary>
/// Bounds how often keys are fetched because of what callers send: three at once, then one in ten seconds. Unknown key
/// ids cost nothing beyond that, however many come.
/// </summary>
internal sealed class FetchBudget(TimeProvider time)
{
    public const int Burst = 3;

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private double _left = Burst;
    private long _readAt = time.GetTimestamp();

    public bool TryTake()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _left = Math.Min(Burst, _left + (time.GetElapsedTime(_readAt, now) / Interval));
            _readAt = now;
            if (_left < 1)
            {
                return false;
            }

            _left--;
            return true;
        }
    }
}
