using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>
/// Where the tokens are that Forge delivers to this operator, for <c>spec.credentials.forgeRemote</c>. All that the
/// control loop knows of the intake: it reads Secrets, whoever wrote them.
/// </summary>
internal interface IDeliveredTokens
{
    /// <summary>The place of this Installation's token, whether it is there yet or not.</summary>
    TokenPlace PlaceOf(InstallationResource installation);

    /// <summary>Calls back with the installation's ARI when a token comes, changes or goes, and when Forge tells of an
    /// installation or upgrade. Registered before the operator runs.</summary>
    void OnChange(Action<string> changed);
}
