using System.Collections.Immutable;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Migration;

/// <summary>
/// The side that modules come to: passes of the domain over its registry and its ledger, so that a create is announced,
/// sent once and resolved by evidence. They may create and bind, nothing else, whatever the manifest's policies are:
/// what else the ledger holds stays as it is.
/// </summary>
internal sealed class NewSide
{
    private readonly Installation _installation;
    private readonly UnseenKeys _registry;
    private readonly ILedgerStore _ledgers;
    private readonly Func<IModuleRegistry, InstallationPass> _newPass;
    private readonly (string ClusterId, string Writer) _identity;
    private InstallationPass _pass;

    /// <param name="newPass">Makes a pass that has seen nothing yet.</param>
    /// <param name="identity">Cluster id and writer, as ledgers have them.</param>
    public NewSide(
        Installation installation, IModuleRegistry registry, ILedgerStore ledgers,
        Func<IModuleRegistry, InstallationPass> newPass, (string ClusterId, string Writer) identity)
    {
        _installation = installation with
        {
            Mode = ManagementMode.CreateOnly,
            Ownership = OwnershipMode.Shared,
            ApplyPolicy = ApplyPolicy.Automatic,
            Suspended = false,
        };
        _registry = new UnseenKeys(registry);
        _ledgers = ledgers;
        _newPass = newPass;
        _identity = identity;
        _pass = newPass(_registry);
    }

    public int Quota => _installation.Quota;

    /// <summary>Keys of the old side, which are never modules of the new one.</summary>
    public void Hide(IEnumerable<string> oldKeys) => _registry.Add(oldKeys);

    public Task<ListOutcome> ListAsync(CancellationToken cancellationToken) => _registry.ListAsync(cancellationToken);

    /// <exception cref="Resources.ManifestException">The ledger cannot be read.</exception>
    public Task<Ledger?> LedgerAsync(CancellationToken cancellationToken) =>
        LedgerReading.ReadAsync(_ledgers, _installation.Key, cancellationToken);

    public Task<PassResult> RunAsync(ImmutableArray<DesiredModule> desired, CancellationToken cancellationToken) =>
        _pass.RunAsync(
            new PassInput(_installation, desired, _identity.ClusterId, _identity.Writer), cancellationToken);

    /// <summary>Forgets what the remote said about its limit, after room was made.</summary>
    public void Refresh() => _pass = _newPass(_registry);
}
