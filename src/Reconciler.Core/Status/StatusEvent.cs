namespace Reconciler.Core.Status;

/// <summary>The two types of a Kubernetes event.</summary>
public enum EventSeverity { Normal, Warning }

/// <summary>Something worth telling once: made from a transition of a status, never from a pass as such.</summary>
/// <param name="Reason">The condition's reason.</param>
public sealed record StatusEvent(EventSeverity Severity, string Reason, string Message);
