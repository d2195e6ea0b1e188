using System.Collections.Concurrent;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Control;

/// <summary>
/// Runs the domain's pass and keeps its memory between passes: what this process saw first and when (waits are
/// measured by the waiting process, never by comparing timestamps). Lives for one term of leadership, so that the
/// first pass of a term finds an empty memory and raises the ledger's epoch (T0).
/// </summary>
/// <param name="storedVersion">The resourceVersion of a ledger as last watched; null if none was seen.</param>
internal sealed class PassRunner(
    ILedgerStore ledgers, Func<InstallationKey, string?> storedVersion, string clusterId, ControlOptions options,
    TimeProvider time, Func<string> newAttemptId)
{
    private readonly ConcurrentDictionary<InstallationKey, PassMemory> _memories = new();

    public Task<PassResult> RunAsync(
        Scene scene, RemoteAccess remote, IWriteFence fence, CancellationToken cancellationToken)
    {
        var memory = _memories.GetOrAdd(scene.Installation.Key, _ => new PassMemory(time));
        memory.LedgerStored(storedVersion(scene.Installation.Key));
        if (remote.IsNewCredential)
        {
            memory.ForgetCredential();
        }

        var input = scene.ToPassInput(clusterId, options.Identity);
        var pass = new InstallationPass(
            remote.Registry, ledgers, memory, fence, options.PassAgainst(scene.Installation.BaseUrl), time,
            newAttemptId);
        return pass.RunAsync(input, cancellationToken);
    }

    /// <summary>Nothing is under way: what is kept between passes takes little room until the next ones.</summary>
    public void Rest()
    {
        foreach (var memory in _memories.Values)
        {
            memory.Rest();
        }
    }

    /// <summary>The next pass over it begins with an empty memory and reads the ledger afresh.</summary>
    public void Forget(InstallationKey installation) => _memories.TryRemove(installation, out _);
}
