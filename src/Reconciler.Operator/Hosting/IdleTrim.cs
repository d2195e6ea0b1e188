namespace Reconciler.Operator.Hosting;

/// <summary>
/// Gives memory back when a burst of work is over. What the first lists and passes leave behind is many times what the
/// caches hold, and a collector that sees free memory keeps it: with 10,000 modules 105 MB instead of 50 MB. Runs only
/// while nothing is under way, and only if the heap has grown since the last time: at once where it has grown much, and
/// else every few minutes at most.
/// </summary>
/// <param name="isBusy">A list or a pass waits or runs.</param>
/// <param name="readCommitted">Bytes of the managed heap, with what is free in it.</param>
internal sealed class IdleTrim(Func<bool> isBusy, Func<long> readCommitted, TimeProvider time, Action giveBack)
{
    /// <summary>Just below the garbage that the collector lets grow before it looks (4 MiB): so what the first work
    /// after a burst took, and the pools that a burst filled and only time empties, are given back too.</summary>
    public const long GrowthMin = 3 << 20;

    /// <summary>What a burst leaves behind. It does not wait for <see cref="Pause"/>.</summary>
    public const long Burst = 32 << 20;

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(2);

    private long _committedAfter;
    private long? _trimmedAt;

    public async Task RunAsync(CancellationToken end)
    {
        while (true)
        {
            await Task.Delay(Interval, time, end);
            if (!isBusy() && readCommitted() - _committedAfter >= Worth())
            {
                giveBack();
                _committedAfter = readCommitted();
                _trimmedAt = time.GetTimestamp();
            }
        }
    }

    private long Worth() => _trimmedAt is { } at && time.GetElapsedTime(at) < Pause ? Burst : GrowthMin;
}
