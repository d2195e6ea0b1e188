using Microsoft.Extensions.Logging;

namespace Reconciler.Operator.Hosting;

/// <summary>
/// The background loops of the process. The loop named "lead" ends by itself after a stop was asked for; any other end
/// is the death of a loop and ends the process.
/// </summary>
internal sealed class LoopSet(ILogger log) : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<Task, string> _loops = [];

    public void Start(string name, Func<CancellationToken, Task> run) => _loops.Add(RunAsync(run), name);

    /// <summary>Waits for the first loop to end, then ends the others. True if that was not what was asked
    /// for.</summary>
    public async Task<bool> WhenOneEndsAsync(CancellationToken stopping)
    {
        var first = await Task.WhenAny(_loops.Keys);
        var died = first.IsFaulted || !stopping.IsCancellationRequested;
        if (died)
        {
            log.LoopDied(_loops[first], first.Exception?.GetBaseException());
        }

        _end.Cancel();
        await Task.WhenAll(_loops.Keys.Select(SwallowAsync));
        return died;
    }

    public void Dispose() => _end.Dispose();

    private async Task RunAsync(Func<CancellationToken, Task> run)
    {
        // A loop that runs synchronously for a while must not keep the next one from starting.
        await Task.Yield();
        await run(_end.Token);
    }

    private async Task SwallowAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException)
        {
            // Asked to end.
        }
        catch (Exception exception)
        {
            log.LoopEndedBadly(_loops[loop], exception);
        }
    }
}
