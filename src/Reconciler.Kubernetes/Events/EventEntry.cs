namespace Reconciler.Kubernetes.Events;

/// <summary>One occurrence. Reason is a constant in UpperCamelCase; the note is for people.</summary>
public sealed record EventEntry(EventTarget Target, EventSeverity Severity, string Reason, string Action, string Note);

/// <summary>The two types of event that Kubernetes knows.</summary>
public enum EventSeverity
{
    Normal,
    Warning,
}
