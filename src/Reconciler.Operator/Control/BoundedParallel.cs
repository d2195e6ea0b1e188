namespace Reconciler.Operator.Control;

/// <summary>Runs one asynchronous step per item, at most so many at a time, on the caller's context (no threads of its
/// own, so that a simulation stays on one).</summary>
internal static class BoundedParallel
{
    public static async Task ForEachAsync<T>(
        IReadOnlyList<T> items, int degree, Func<T, Task> step)
    {
        var next = -1;

        async Task RunLaneAsync()
        {
            for (var i = Interlocked.Increment(ref next); i < items.Count; i = Interlocked.Increment(ref next))
            {
                await step(items[i]);
            }
        }

        var lanes = new Task[Math.Min(degree, items.Count)];
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            lanes[lane] = RunLaneAsync();
        }

        await Task.WhenAll(lanes);
    }
}
