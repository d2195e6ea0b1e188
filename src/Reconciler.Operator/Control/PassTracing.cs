using System.Diagnostics;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Queues;

namespace Reconciler.Operator.Control;

/// <summary>
/// The spans of one pass: the wait in the queue, as a child of the watch event that made the key ready, and the pass as
/// a child of the wait. A pass that only time asked for is a trace of its own. Costs nothing while nobody listens.
/// </summary>
internal static class PassTracing
{
    private static readonly ActivitySource Source = new("Reconciler.Control");

    public static Activity? Start(WorkTicket<InstallationKey> ticket, TimeProvider time)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var parent = ticket.Cause == default ? default : Waited(ticket, time);
        var span = Source.StartActivity("pass", ActivityKind.Internal, parent);
        span?.SetTag("reconciler.namespace", ticket.Key.Namespace);
        span?.SetTag("reconciler.installation", ticket.Key.Name);
        span?.SetTag("reconciler.priority", ticket.Priority.ToString().ToLowerInvariant());
        span?.SetTag("reconciler.retries", ticket.Retries);
        return span;
    }

    public static void End(Activity? span, string result)
    {
        span?.SetTag("reconciler.result", result);
        span?.SetStatus(result == "error" ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        span?.Dispose();
    }

    private static ActivityContext Waited(WorkTicket<InstallationKey> ticket, TimeProvider time)
    {
        var now = time.GetUtcNow();
        using var wait = Source.StartActivity(
            "queue wait", ActivityKind.Internal, ticket.Cause, startTime: now - ticket.Waited);
        wait?.SetEndTime(now.UtcDateTime);
        return wait?.Context ?? ticket.Cause;
    }
}
