using Microsoft.Extensions.Logging;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Queues;

namespace Reconciler.Operator.Control;

/// <summary>
/// Works the queue of installations: so many passes at a time, never two over the same installation. A pass that
/// fails, hangs or is throttled concerns its own installation only: it has a deadline, waiting is a requeue, never
/// a sleep, and what is slow leaves its place to others.
/// </summary>
internal sealed class InstallationController(
    WorkQueue<InstallationKey> queue, InstallationReconciler reconciler, ControlOptions options, TimeProvider time,
    ControlMetrics metrics, ILogger<InstallationController> log)
{
    /// <summary>Works until <paramref name="stopping"/> or until the right to write is lost. Running passes
    /// are cancelled by <paramref name="cancelPasses"/>, and at once by the loss of the fence.</summary>
    public async Task RunAsync(IWriteFence fence, CancellationToken stopping, CancellationToken cancelPasses)
    {
        using var intake = CancellationTokenSource.CreateLinkedTokenSource(stopping, fence.Lost);
        using var passes = CancellationTokenSource.CreateLinkedTokenSource(cancelPasses, fence.Lost);
        var lanes = new WorkLanes<InstallationKey>(queue, options.Lanes, time);
        metrics.Parked = () => lanes.Parked;
        await lanes.RunAsync(taken => PassAsync(taken, fence, passes.Token), intake.Token);
    }

    private async Task PassAsync(
        WorkTicket<InstallationKey> taken, IWriteFence fence, CancellationToken passes)
    {
        metrics.PassTaken(taken.Waited);
        var installation = taken.Key;
        var span = PassTracing.Start(taken, time);
        var began = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(options.PassDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(passes, deadline.Token);
        var result = "error";
        try
        {
            var outcome = await reconciler.ReconcileAsync(installation, fence, either.Token);
            result = Requeue(installation, outcome);
            log.PassEnded(installation, time.GetElapsedTime(began).TotalMilliseconds, outcome.Pass.ToString());
        }
        catch (OperationCanceledException) when (passes.IsCancellationRequested)
        {
            // Stopping, or the lease was lost: whoever leads next looks at every installation anyway.
            result = "cancelled";
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            metrics.PassTimedOut();
            queue.Retry(installation);
            log.PassTimedOut(installation, options.PassDeadline.TotalSeconds);
        }
        catch (Exception defect)
        {
            // One installation's defect must not end the worker that serves the others.
            metrics.PassDefect();
            log.PassDefect(installation, queue.Retry(installation).TotalSeconds, defect);
        }

        metrics.PassEnded(time.GetElapsedTime(began), result, failed: result == "error");
        PassTracing.End(span, result);
    }

    /// <summary>
    /// The one place where an outcome becomes a time to look again. Returns the metric label.
    /// <code>
    /// Settled            success        resync
    /// Wait(after)        requeue_after  after, or the resync if that is sooner
    /// Retry(fault)       error          backoff, or exactly when the remote said, or what other modules wait for
    /// LedgerUnavailable  error          backoff
    /// Stalled            stalled        resync: a person's change arrives as an event
    /// </code>
    /// </summary>
    private string Requeue(InstallationKey installation, ReconcileOutcome outcome)
    {
        if (outcome.Resync is { } resync)
        {
            queue.AddAfter(installation, resync);
        }

        if (outcome.Unwritten is { } problem)
        {
            log.WriteFailed(installation.ToString(), problem);
            queue.Retry(installation);
            // An object that cannot be written must not stretch what the others wait for.
            AddAfter(installation, outcome.Pass switch
            {
                PassOutcome.Wait(var after) => after,
                PassOutcome.Retry { Wake: var wake } => wake,
                _ => null,
            });
            return "error";
        }

        switch (outcome.Pass)
        {
            case PassOutcome.Settled:
                queue.Forget(installation);
                return "success";
            case PassOutcome.Wait(var after):
                queue.Forget(installation);
                queue.AddAfter(installation, after);
                return "requeue_after";
            case PassOutcome.Retry retry:
                Retry(installation, retry);
                return "error";
            case PassOutcome.LedgerUnavailable:
                queue.Retry(installation);
                return "error";
            case PassOutcome.Stalled:
                queue.Forget(installation);
                return "stalled";
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome.Pass}.");
        }
    }

    // The earliest of the queue's times wins.
    private void Retry(InstallationKey installation, PassOutcome.Retry retry)
    {
        AddAfter(installation, retry.Wake);
        if (retry.RetryAfter is { } after)
        {
            queue.AddAfter(installation, after);
        }
        else
        {
            queue.Retry(installation);
        }
    }

    private void AddAfter(InstallationKey installation, TimeSpan? due)
    {
        if (due is { } after)
        {
            queue.AddAfter(installation, after);
        }
    }
}
