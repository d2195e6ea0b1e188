using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Status;

/// <summary>Whether a condition holds, in the words of the Kubernetes API.</summary>
public enum ConditionStatus { True, False, Unknown }

/// <summary>One aspect of an object's state, as <c>metav1.Condition</c>.</summary>
/// <param name="Type">One of <see cref="ConditionTypes"/>, or a type that another program owns and we keep.</param>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="ObservedGeneration">The generation that this condition describes.</param>
/// <param name="LastTransitionTime">When <paramref name="Status"/> last changed; whole seconds, UTC.</param>
public sealed record Condition(
    string Type, ConditionStatus Status, string Reason, string Message, long ObservedGeneration,
    DateTimeOffset LastTransitionTime);
