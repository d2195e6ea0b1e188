using System.Collections.Immutable;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Migration;

/// <summary>
/// Moves modules: create, verify, delete, in rounds. A round is a pass over the new side, a complete list of it, and a
/// removal of the old modules whose new ones that list shows with the planned content. Where quota leaves room for some
/// only, the next round has the room that the removals made.
/// <para>Guarantees: an old module is deleted only after the record says that its new one was seen, but for one module
/// at a time with <see cref="MigrationOptions.AllowGap"/>; a crash between any two awaits is finished by the next run;
/// a run after the end writes nothing.</para>
/// </summary>
internal sealed class MigrationRun(
    OldSide old, NewSide target, IMigrationRecords records, IMigrationWatcher watcher, MigrationOptions options,
    TimeProvider time)
{
    private const int FaultsMax = 6;

    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    private MigrationRecord _record = null!;
    private int _faults;
    private long? _unseenSince;
    private bool _wantsGap;

    /// <param name="desired">The manifests' modules: their policies hold on the new side.</param>
    public async Task<MigrationReport> RunAsync(
        MigrationPlan plan, ImmutableArray<DesiredModule> desired, CancellationToken cancellationToken)
    {
        _record = plan.ToRecord();
        SaveIfNew();
        target.Hide(_record.Modules.Select(module => module.Old.Key!));
        var began = time.GetTimestamp();
        MigrationRound? round = null;
        while (Pending().Any())
        {
            round = await RoundAsync(desired, cancellationToken);
            if (await PauseAfterAsync(round, cancellationToken) is not { } pause
                || time.GetElapsedTime(began) + pause > options.Timeout)
            {
                break;
            }

            if (pause > TimeSpan.Zero && Pending().Any())
            {
                watcher.Waiting(round.Explain(Pending().First()), pause);
                await Task.Delay(pause, time, cancellationToken);
            }
        }

        return new MigrationReport(
            _record, Pending().ToImmutableDictionary(module => module.Owner, module => round!.Explain(module)),
            _wantsGap);
    }

    private IEnumerable<MigratedModule> Pending() =>
        _record.Modules.Where(module => module.Stage != MigrationStage.Moved);

    private bool HasGap => _record.Modules.Any(module => module.Stage == MigrationStage.Gap);

    private void SaveIfNew()
    {
        var stored = records.Read();
        if (stored is null
            || !MigrationRecordJson.Write(stored).AsSpan().SequenceEqual(MigrationRecordJson.Write(_record)))
        {
            records.Write(_record);
        }
    }

    private void Reach(MigrationRound? round, MigratedModule module)
    {
        _record = _record.With(module);
        records.Write(_record);
        watcher.Reached(module);
        if (round is not null)
        {
            round.Progressed = true;
        }
    }

    private async Task<MigrationRound> RoundAsync(
        ImmutableArray<DesiredModule> desired, CancellationToken cancellationToken)
    {
        if (HasGap && await OpenGapsAsync(cancellationToken) is { } fault)
        {
            return new MigrationRound(Blind(fault));
        }

        var round = new MigrationRound(await target.RunAsync(Wanted(desired), cancellationToken));
        if (round.Fault is not null || round.Pass.Ledger is not { } ledger)
        {
            return round;
        }

        switch (await target.ListAsync(cancellationToken))
        {
            case ListOutcome.Complete list:
                var verified = Verify(round, ledger, list);
                await RemoveAsync(round, verified, cancellationToken);
                break;
            case ListOutcome.Failed failed:
                round.Failed(owner: null, failed.Fault);
                break;
        }

        return round;
    }

    private static PassResult Blind(RemoteFault fault) => new(
        new PassOutcome.Retry(fault, null), [], Plan: null, Ledger: null,
        new InstallationVerdict(Core.Planning.Progress.Reconciling, "", fault.Message), Counts: null);

    /// <summary>The modules of the record with the manifests' policies. While a gap is open its module alone is
    /// created: the room that it made is its own.</summary>
    private ImmutableArray<DesiredModule> Wanted(ImmutableArray<DesiredModule> desired)
    {
        var policies = desired.ToDictionary(module => module.Owner);
        return
        [
            .. _record.Modules
                .Where(module => !HasGap || module.Stage != MigrationStage.Planned)
                .Select(module => (policies.TryGetValue(module.Owner, out var manifest)
                    ? manifest
                    : new DesiredModule(module.Owner, module.New.Content)) with
                {
                    Content = module.New.Content,
                    RequestedKey = null,
                    ImportKey = null,
                    MirroredKey = null,
                    Suspended = false,
                }),
        ];
    }

    /// <returns>The modules whose new side the list shows with the planned content.</returns>
    private List<MigratedModule> Verify(MigrationRound round, Ledger ledger, ListOutcome.Complete list)
    {
        var listed = list.Modules.ToDictionary(module => module.Key, StringComparer.Ordinal);
        round.Listed = listed.Count;
        var verified = new List<MigratedModule>();
        foreach (var module in Pending().ToArray())
        {
            if (ledger.Entries.GetValueOrDefault(module.Owner.Uid) is not { Phase: EntryPhase.Bound, Key: { } key })
            {
                continue;
            }

            if (!listed.TryGetValue(key, out var observed)
                || observed.Content.RelateTo(module.New.Content) < MatchRelation.Covers)
            {
                round.IsUnseen = true;
                continue;
            }

            var next = module with { Stage = MigrationStage.Created, New = module.New with { Key = key } };
            if (next != module)
            {
                Reach(round, next);
            }

            verified.Add(next);
        }

        return verified;
    }

    private async Task RemoveAsync(
        MigrationRound round, List<MigratedModule> verified, CancellationToken cancellationToken)
    {
        if (verified.Count == 0 || await ListOldAsync(round, cancellationToken) is not { } listed)
        {
            return;
        }

        foreach (var module in verified)
        {
            var removal = module.KeepOld
                ? new Removal.Gone()
                : await old.RemoveAsync(module, listed, cancellationToken);
            switch (removal)
            {
                case Removal.Gone:
                    Reach(round, module with { Stage = MigrationStage.Moved });
                    break;
                case Removal.Kept kept:
                    round.Kept(module.Owner, kept.Reason);
                    break;
                case Removal.Failed failed:
                    round.Failed(module.Owner, failed.Fault);
                    break;
            }
        }
    }

    private async Task<ImmutableDictionary<string, ObservedModule>?> ListOldAsync(
        MigrationRound round, CancellationToken cancellationToken)
    {
        switch (await old.ListAsync(cancellationToken))
        {
            case ListOutcome.Complete list:
                return list.Modules.ToImmutableDictionary(module => module.Key, StringComparer.Ordinal);
            case ListOutcome.Failed failed:
                round.Failed(owner: null, failed.Fault);
                return null;
            default:
                throw new InvalidOperationException("unhandled list outcome");
        }
    }

    /// <returns>Null to stop.</returns>
    private async Task<TimeSpan?> PauseAfterAsync(MigrationRound round, CancellationToken cancellationToken)
    {
        if (round.Progressed)
        {
            _faults = 0;
            _unseenSince = null;
            if (Pending().Any(round.IsFull))
            {
                target.Refresh();
            }

            return TimeSpan.Zero;
        }

        if (round.Fault is { } fault)
        {
            var isHopeless = fault is RemoteFault.Unauthorized or RemoteFault.AwaitingToken;
            return isHopeless || ++_faults > FaultsMax ? null : round.RetryAfter ?? Backoff();
        }

        if (round.Pass.Outcome is PassOutcome.LedgerUnavailable)
        {
            return null;
        }

        if (Pending().Any(round.IsUnderWay))
        {
            return round.Pass.Outcome is PassOutcome.Wait(var after) && after > Poll ? after : Poll;
        }

        if (round.IsUnseen && time.GetElapsedTime(_unseenSince ??= time.GetTimestamp()) < options.Consistency)
        {
            return Poll;
        }

        return await MakeRoomAsync(round, cancellationToken) ? TimeSpan.Zero : null;
    }

    private TimeSpan Poll => options.Consistency / 20;

    private TimeSpan Backoff() => TimeSpan.FromSeconds(Math.Min(PauseMax.TotalSeconds, Math.Pow(2, _faults - 1)));

    /// <summary>Nothing goes on by itself. A gap whose new module is refused is closed again; where room is all that is
    /// missing, and deleting an old module would make it, and it is allowed, the next gap opens.</summary>
    private async Task<bool> MakeRoomAsync(MigrationRound round, CancellationToken cancellationToken)
    {
        foreach (var gap in _record.Modules.Where(
            module => module.Stage == MigrationStage.Gap && round.IsStalled(module)))
        {
            if (await old.RestoreAsync(gap, cancellationToken) is null)
            {
                Reach(round: null, gap with { Stage = MigrationStage.Planned });
            }

            return false;
        }

        // A new side that is full by its own modules has no use for a gap on the old one.
        var candidate = Pending().FirstOrDefault(module => round.IsFull(module) && !module.KeepOld);
        if (candidate is null || HasGap || round.Listed >= target.Quota)
        {
            return false;
        }

        _wantsGap = !options.AllowGap;
        if (options.AllowGap)
        {
            Reach(round: null, candidate with { Stage = MigrationStage.Gap });
            target.Refresh();
        }

        return options.AllowGap;
    }

    /// <summary>The delete that the record announced.</summary>
    private async Task<RemoteFault?> OpenGapsAsync(CancellationToken cancellationToken)
    {
        switch (await old.ListAsync(cancellationToken))
        {
            case ListOutcome.Complete list:
                var listed = list.Modules.ToImmutableDictionary(module => module.Key, StringComparer.Ordinal);
                foreach (var gap in _record.Modules.Where(module => module.Stage == MigrationStage.Gap))
                {
                    switch (await old.RemoveAsync(gap, listed, cancellationToken))
                    {
                        case Removal.Failed failed:
                            return failed.Fault;
                        case Removal.Kept kept:
                            return new RemoteFault.Rejected(kept.Reason, 0);
                        default:
                            break;
                    }
                }

                return null;
            case ListOutcome.Failed failed:
                return failed.Fault;
            default:
                throw new InvalidOperationException("unhandled list outcome");
        }
    }
}
