using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Control;

/// <summary>Where to read a delivered token.</summary>
internal abstract record TokenPlace
{
    private TokenPlace() { }

    /// <param name="Secret">The Secret that holds the token as <c>token</c>, or will.</param>
    /// <param name="Version">Its resourceVersion as last watched; null if it was not seen.</param>
    /// <param name="Absence">What to say while it is not there: one sentence with what to do.</param>
    public sealed record Known(ObjectKey Secret, string? Version, string Absence) : TokenPlace;

    /// <param name="Problem">Why no token can ever be found, as things are: one sentence with what to do.</param>
    public sealed record Nowhere(string Problem) : TokenPlace;
}
