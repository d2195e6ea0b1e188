namespace Reconciler.Operator.Hosting;

/// <summary>
/// Gives memory back when a burst of work is over. What the first lists and passes leave behind is many times what the
/// caches hold, and a collector that sees free memory keeps it: with 10,000 modules 105 MB instead of 50 MB. Runs only
/// while nothing waits and nothing runs, and only if something was done since the last time: a pass, or a list or
/// watch that was read, which is all that a stand-by does.
/// </summary>
internal sealed class IdleTrim(Func<HostActivity> read, TimeProvider time, Action giveBack)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(2);

    private long _doneAtTrim;

    public async Task RunAsync(CancellationToken end)
    {
        while (true)
        {
            await Task.Delay(Interval, time, end);
            if (IsDue(read()))
            {
                giveBack();
                await Task.Delay(Pause, time, end);
            }
        }
    }

    private bool IsDue(HostActivity activity)
    {
        if (activity.IsUnderWay || activity.Done == _doneAtTrim)
        {
            return false;
        }

        _doneAtTrim = activity.Done;
        return true;
    }
}

/// <summary>One reading of what the process does.</summary>
/// <param name="IsUnderWay">Work waits or runs.</param>
/// <param name="Done">Goes up with each pass and with whatever is read of the cluster.</param>
internal readonly record struct HostActivity(bool IsUnderWay, long Done);
