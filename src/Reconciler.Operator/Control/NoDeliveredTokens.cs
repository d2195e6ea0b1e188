using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>An operator that takes no tokens: <c>--forge-remote-bind</c> is not set.</summary>
internal sealed class NoDeliveredTokens : IDeliveredTokens
{
    public TokenPlace PlaceOf(InstallationResource installation) => new TokenPlace.Nowhere(
        "spec.credentials.forgeRemote: this operator takes no tokens from Forge: start it with --forge-remote-bind, or "
        + "use credentials.secretRef.");

    public void OnChange(Action<string> changed)
    {
        // Nothing is ever delivered.
    }
}
