using System.Collections.Immutable;
using Reconciler.Core.Status;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Events;
using StatusSeverity = Reconciler.Core.Status.EventSeverity;

namespace Reconciler.Operator.Control;

/// <summary>Tells the transitions of a status as Kubernetes events on the resource they concern.</summary>
internal sealed class TransitionReporter(EventRecorder recorder)
{
    private const string Action = "Reconcile";

    public void Report(ResourceType type, ObjectMeta meta, ImmutableArray<StatusEvent> events)
    {
        foreach (var transition in events)
        {
            var severity = transition.Severity == StatusSeverity.Warning
                ? Kubernetes.Events.EventSeverity.Warning
                : Kubernetes.Events.EventSeverity.Normal;
            recorder.Record(new EventEntry(
                EventTarget.Of(type, meta), severity, transition.Reason, Action, transition.Message));
        }
    }
}
