using Reconciler.Core.Modules;
using Reconciler.Core.Planning;

namespace Reconciler.Core.Execution;

/// <summary>The state of one pass while it runs.</summary>
internal sealed class PassRun(PassInput input, LedgerSession session, IWriteFence fence, Func<bool> isTimeUp)
{
    private readonly Dictionary<string, ModuleVerdict> _verdicts = new(StringComparer.Ordinal);

    public PassInput Input { get; } = input;
    public LedgerSession Session { get; } = session;
    public List<ExecutedAction> Executed { get; } = [];

    /// <summary>Keys known to exist: listed, plus created, minus seen gone.</summary>
    public HashSet<string> ExistingKeys { get; } = new(StringComparer.Ordinal);

    /// <summary>The fault that makes further calls pointless.</summary>
    public RemoteFault? Poison { get; private set; }

    /// <summary>The first fault worth a retry.</summary>
    public RemoteFault? Transient { get; private set; }

    /// <summary>When something that no resource speaks for wants to be looked at again.</summary>
    public TimeSpan? OrphanWake { get; set; }

    public bool Halted => Poison is not null || Session.Problem is not null || !fence.Holds || IsTimeUp;

    /// <summary>The rest is the next pass's. Never before the first action, or a slow look would leave no time for
    /// any.</summary>
    public bool IsTimeUp => Executed.Count > 0 && isTimeUp();

    public ModuleVerdict? VerdictOf(ModuleOwner owner) => _verdicts.GetValueOrDefault(owner.Uid);

    public void Conclude(ModuleVerdict verdict) => _verdicts[verdict.Owner.Uid] = verdict;

    /// <summary>Records the end of an action.</summary>
    public void Done(PlannedAction action, string? key, RemoteFault? fault, bool unknown = false)
    {
        Executed.Add(new ExecutedAction(action, key, fault, unknown));
        if (fault is not null)
        {
            Note(fault);
        }
    }

    /// <summary>The remote holds as many modules as it allows: no further create in this pass.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Records a refused create.</summary>
    public void Refuse(PlannedAction.Create create, RemoteFault fault, PassMemory memory)
    {
        if (fault is RemoteFault.QuotaExceeded)
        {
            IsFull = true;
            memory.Full(ExistingKeys.Count);
        }

        if (fault is RemoteFault.KeyConflict && create.Key is { } key)
        {
            memory.Conflicted(key);
        }

        Done(create, key: null, fault);
    }

    private void Note(RemoteFault fault)
    {
        var rule = FaultRules.For(fault);
        if (rule.Poisons)
        {
            Poison ??= fault;
        }

        if (rule.Progress == Progress.Reconciling)
        {
            Transient ??= fault;
        }
    }
}
