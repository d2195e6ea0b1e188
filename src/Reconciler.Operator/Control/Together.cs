namespace Reconciler.Operator.Control;

/// <summary>Loops of which none is of use without the others.</summary>
internal static class Together
{
    /// <summary>Runs them until the first ends, however it ends; then ends the others and shows every failure. A cache
    /// whose watch has died would otherwise be believed for as long as the others live.</summary>
    public static async Task RunAsync(
        IEnumerable<Func<CancellationToken, Task>> loops, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] running = [.. loops.Select(loop => loop(end.Token))];
        if (running.Length > 0)
        {
            await Task.WhenAny(running);
        }

        end.Cancel();
        await Task.WhenAll(running);
    }
}
