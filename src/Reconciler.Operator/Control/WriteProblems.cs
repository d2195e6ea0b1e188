using System.Runtime.ExceptionServices;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Control;

/// <summary>Collects which writes to the API server did not succeed, so that one object's trouble does not keep the
/// others from being written. The pass is then tried again with backoff.</summary>
internal sealed class WriteProblems
{
    private readonly Lock _gate = new();
    private string? _first;
    private ExceptionDispatchInfo? _defect;
    private int _count;

    /// <summary>One sentence about the first problem, and how many there are; null when all went well.</summary>
    public string? Summary
    {
        get
        {
            lock (_gate)
            {
                return _count > 1 ? $"{_first} (and {_count - 1} more)" : _first;
            }
        }
    }

    /// <summary>Runs one write. What the API server refuses or does not answer is collected; an object that is gone is
    /// no problem. A defect of ours is kept for <see cref="ThrowDefect"/>: one object that trips over it must not cost
    /// the others their status and their release.</summary>
    public async Task TryAsync(string what, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound)
        {
            // Deleted meanwhile: there is nothing left to write to.
        }
        catch (Exception exception) when (exception is KubernetesApiException or KubernetesConnectionException)
        {
            lock (_gate)
            {
                _first ??= $"{what}: {exception.Message}";
                _count++;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            lock (_gate)
            {
                _defect ??= ExceptionDispatchInfo.Capture(exception);
            }
        }
    }

    /// <summary>Lets the first defect out, at the end of the pass.</summary>
    public void ThrowDefect() => _defect?.Throw();
}
