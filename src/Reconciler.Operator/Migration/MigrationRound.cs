using System.Collections.Immutable;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;

namespace Reconciler.Operator.Migration;

/// <summary>What one round of a run saw: a pass over the new side, a list of it,
/// and the removals that followed.</summary>
internal sealed class MigrationRound(PassResult pass)
{
    private readonly Dictionary<string, ModuleVerdict> _verdicts =
        pass.Verdicts.ToDictionary(verdict => verdict.Owner.Uid, StringComparer.Ordinal);

    private readonly Dictionary<ModuleOwner, string> _removalProblems = [];

    public PassResult Pass => pass;

    /// <summary>Some module reached its next stage.</summary>
    public bool Progressed { get; set; }

    /// <summary>The first fault worth another try.</summary>
    public RemoteFault? Fault { get; private set; } = (pass.Outcome as PassOutcome.Retry)?.Fault;

    /// <summary>Modules that the new side is known to have; null when it could not be listed.</summary>
    public int? Listed { get; set; }

    /// <summary>A module is bound and the list does not show it yet.</summary>
    public bool IsUnseen { get; set; }

    public TimeSpan? RetryAfter => (pass.Outcome as PassOutcome.Retry)?.RetryAfter
        ?? (Fault as RemoteFault.Throttled)?.RetryAfter;

    public void Failed(ModuleOwner? owner, RemoteFault fault)
    {
        Fault ??= fault;
        if (owner is not null)
        {
            _removalProblems[owner] = fault.Message;
        }
    }

    public void Kept(ModuleOwner owner, string reason) => _removalProblems[owner] = reason;

    public bool IsFull(MigratedModule module) =>
        _verdicts.GetValueOrDefault(module.Owner.Uid) is { Progress: Progress.Stalled, Reason: Reasons.QuotaExceeded };

    public bool IsStalled(MigratedModule module) =>
        _verdicts.GetValueOrDefault(module.Owner.Uid) is { Progress: Progress.Stalled };

    public bool IsUnderWay(MigratedModule module) =>
        _verdicts.GetValueOrDefault(module.Owner.Uid) is { Progress: Progress.Reconciling };

    /// <summary>Why the module is not moved.</summary>
    public string Explain(MigratedModule module)
    {
        if (_removalProblems.GetValueOrDefault(module.Owner) is { } problem)
        {
            return problem;
        }

        return pass.Outcome switch
        {
            PassOutcome.LedgerUnavailable(var message) => message,
            PassOutcome.Retry(var fault, _) => fault.Message,
            _ => _verdicts.GetValueOrDefault(module.Owner.Uid) is { } verdict
                ? $"{verdict.Reason}: {verdict.Message}"
                : Fault?.Message ?? "the new module is not listed with the planned content",
        };
    }
}
