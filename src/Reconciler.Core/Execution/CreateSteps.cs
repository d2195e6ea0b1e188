using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Execution;

/// <summary>
/// T3 and T4. Flow, per batch of K: one ledger write records the results of the batch before and announces this one;
/// then each module is POSTed once, in order, or all of them in one POST where the remote takes them together. When it
/// refuses such a POST for the sake of one of them, each is announced again and sent alone.
/// <para>Guarantees: no POST without an acknowledged intent (I2), none later than D_send after it, none after the lease
/// is lost, none twice. A crash anywhere leaves intents that the next pass resolves by evidence.</para>
/// <para>Assumption: the guard is asked last before the socket write (A6).</para>
/// </summary>
internal sealed class CreateSteps(
    IModuleRegistry registry, PassMemory memory, IWriteFence fence, PassOptions options, TimeProvider time,
    Func<string> newAttemptId)
{
    private readonly List<AttemptResult> _results = [];
    private readonly HashSet<string> _alone = new(StringComparer.Ordinal);
    private int _batchSize = options.BatchSize;

    public async Task RunAsync(
        PassRun run, Situation situation, ImmutableArray<PlannedAction> actions, CancellationToken cancellationToken)
    {
        var queue = new Queue<PlannedAction.Create>(actions.OfType<PlannedAction.Create>());
        try
        {
            while (queue.Count > 0 && !run.Halted)
            {
                var batch = TakeBatch(run, situation, queue);
                if (batch.IsEmpty || !await AnnounceAsync(run, batch, cancellationToken))
                {
                    break;
                }

                await SendBatchAsync(run, batch, queue, cancellationToken);
            }

            if (_results.Count > 0)
            {
                await run.Session.RecordAsync(TakeResults(), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (_results.Count > 0 || !memory.Outbox.IsEmpty)
        {
            await FlushAsync(run);
            throw;
        }
    }

    /// <summary>As many as the batch size and the room under the quota allow, counted as things stand now.</summary>
    private ImmutableArray<Sending> TakeBatch(PassRun run, Situation situation, Queue<PlannedAction.Create> queue)
    {
        var ledger = run.Session.Ledger.Record(_results, run.Session.Now);
        var room = QuotaRoom.Of(ledger, situation, run.ExistingKeys);
        var batch = ImmutableArray.CreateBuilder<Sending>();
        while (batch.Count < Math.Min(_batchSize, room) && queue.TryPeek(out var next)
            && (batch.Count == 0 || IsAlone(next) == IsAlone(batch[0].Create)))
        {
            batch.Add(new Sending(queue.Dequeue(), newAttemptId()));
        }

        if (batch.Count == 0)
        {
            HoldRest(run, situation, queue);
        }

        return batch.ToImmutable();
    }

    private static void HoldRest(PassRun run, Situation situation, Queue<PlannedAction.Create> queue)
    {
        foreach (var create in queue)
        {
            run.Conclude(new ModuleVerdict(create.Module.Owner, Progress.Stalled, Reasons.QuotaExceeded,
                $"{run.ExistingKeys.Count} of {situation.Installation.Quota} modules exist: "
                + "delete some or raise the quota.",
                RuleIds.Quota));
        }
    }

    private async Task<bool> AnnounceAsync(
        PassRun run, ImmutableArray<Sending> batch, CancellationToken cancellationToken)
    {
        var results = TakeResults();
        if (results.Any(result => batch.Any(sending => sending.Create.Module.Owner == result.Owner)))
        {
            // A second attempt is announced only after the end of the first is recorded (I3).
            if (!await run.Session.RecordAsync(results, cancellationToken))
            {
                return false;
            }

            results = [];
        }

        var now = run.Session.Now;
        var began = time.GetTimestamp();
        var announced = false;
        try
        {
            announced = !options.Rules.AnnounceFirst || await run.Session.CommitAsync(
                ledger => ledger
                    .Record(results, now)
                    .Announce([.. batch.Select(sending => sending.Announcement)], run.ExistingKeys, now),
                cancellationToken);
        }
        finally
        {
            if (!announced)
            {
                // Refused, unanswered or cancelled, the write may have been stored after all. Only we could send these,
                // and we never will.
                _results.AddRange(results);
                _results.AddRange(batch.Select(sending => sending.NotSent("the announcement failed")));
            }
        }

        if (!announced)
        {
            return false;
        }

        foreach (var sending in batch)
        {
            sending.AnnouncedAt = began;
            memory.SawAttempt(sending.AttemptId);
        }

        return true;
    }

    private async Task SendBatchAsync(
        PassRun run, ImmutableArray<Sending> batch, Queue<PlannedAction.Create> queue,
        CancellationToken cancellationToken)
    {
        var late = new List<PlannedAction.Create>();
        if (registry.Batches is { } batches && batch.Length > 1 && !IsAlone(batch[0].Create))
        {
            if (MayGoOn(run, batch, cancellationToken))
            {
                await SendTogetherAsync(run, batches, batch, late, queue, cancellationToken);
            }
        }
        else
        {
            await SendOneByOneAsync(run, batch, late, cancellationToken);
        }

        Requeue(run, batch, late, queue);
    }

    private async Task SendOneByOneAsync(
        PassRun run, ImmutableArray<Sending> batch, List<PlannedAction.Create> late,
        CancellationToken cancellationToken)
    {
        for (var i = 0; i < batch.Length; i++)
        {
            if (!MayGoOn(run, batch[i..], cancellationToken))
            {
                break;
            }

            if (MaySend(batch[i]))
            {
                await SendAsync(run, batch[i], late, cancellationToken);
            }
            else
            {
                Postpone(batch[i], late);
            }
        }
    }

    /// <summary>False, or cancelled, when nothing more may be sent: the rest is closed as not sent.</summary>
    private bool MayGoOn(PassRun run, ImmutableArray<Sending> rest, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _results.AddRange(rest.Select(sending => sending.NotSent("cancelled before it was sent")));
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (!run.Halted && !run.IsFull)
        {
            return true;
        }

        _results.AddRange(rest.Select(sending => sending.NotSent("the pass stopped before it")));
        return false;
    }

    private async Task SendTogetherAsync(
        PassRun run, IBatchRegistry batches, ImmutableArray<Sending> batch, List<PlannedAction.Create> late,
        Queue<PlannedAction.Create> queue, CancellationToken cancellationToken)
    {
        switch (await batches.CreateAllAsync([.. batch.Select(RequestOf)], cancellationToken))
        {
            case BatchOutcome.Created:
                foreach (var sending in batch)
                {
                    Succeed(run, sending, new CreateOutcome.Created(sending.Create.Key!, null));
                }

                break;
            case BatchOutcome.Refused { Sent: false } when !batch.All(MaySend):
                foreach (var sending in batch)
                {
                    Postpone(sending, late);
                }

                break;
            case BatchOutcome.Refused refused when !FaultRules.For(refused.Fault).Poisons:
                SendAlone(batch, refused.Fault, queue);
                break;
            case BatchOutcome.Refused refused:
                foreach (var sending in batch)
                {
                    _results.Add(sending.Refused(refused.Fault));
                    run.Refuse(sending.Create, refused.Fault, memory);
                }

                break;
            case BatchOutcome.Unknown unknown:
                foreach (var sending in batch)
                {
                    run.Done(sending.Create, key: null, unknown.Fault, unknown: true);
                }

                break;
            default:
                throw new InvalidOperationException("unhandled batch outcome");
        }
    }

    /// <summary>One of them is refused, and all with it. The end of these attempts is recorded before the next ones are
    /// announced (I3).</summary>
    private void SendAlone(ImmutableArray<Sending> batch, RemoteFault fault, Queue<PlannedAction.Create> queue)
    {
        foreach (var sending in batch)
        {
            _results.Add(sending.NotSent(
                $"the remote refused it together with {batch.Length - 1} more ({fault.Message})"));
            _alone.Add(sending.Create.Module.Owner.Uid);
            queue.Enqueue(sending.Create);
        }
    }

    private bool IsAlone(PlannedAction.Create create) => _alone.Contains(create.Module.Owner.Uid);

    private void Postpone(Sending sending, List<PlannedAction.Create> late)
    {
        _results.Add(sending.NotSent("its time to be sent was over"));
        late.Add(sending.Create);
    }

    /// <summary>What came too late is announced again, in batches as large as the last one got through.</summary>
    private void Requeue(
        PassRun run, ImmutableArray<Sending> batch, List<PlannedAction.Create> late, Queue<PlannedAction.Create> queue)
    {
        if (run.IsFull)
        {
            queue.Clear();
        }

        if (late.Count == 0)
        {
            return;
        }

        _batchSize = Math.Max(1, batch.Length - late.Count);
        if (late.Count == batch.Length)
        {
            run.Done(late[0], key: null, new RemoteFault.Unavailable("Announcing a create took longer than it may."));
            return;
        }

        foreach (var create in late)
        {
            queue.Enqueue(create);
        }
    }

    private async Task SendAsync(
        PassRun run, Sending sending, List<PlannedAction.Create> late, CancellationToken cancellationToken)
    {
        var create = sending.Create;
        switch (await registry.CreateAsync(RequestOf(sending), cancellationToken))
        {
            case CreateOutcome.Created created:
                Succeed(run, sending, created);
                break;
            case CreateOutcome.Refused { Sent: false } when !MaySend(sending):
                Postpone(sending, late);
                break;
            case CreateOutcome.Refused refused:
                _results.Add(sending.Refused(refused.Fault));
                run.Refuse(create, refused.Fault, memory);
                break;
            case CreateOutcome.Unknown unknown when !options.Rules.KeepUnknownIntent:
                _results.Add(sending.NotSent("taken for a refusal"));
                run.Done(create, key: null, unknown.Fault);
                break;
            case CreateOutcome.Unknown unknown:
                run.Done(create, key: null, unknown.Fault, unknown: true);
                break;
            default:
                throw new InvalidOperationException("unhandled create outcome");
        }
    }

    private CreateRequest RequestOf(Sending sending) => new(
        sending.AttemptId, sending.Create.Key, sending.Create.Module.Content, () => MaySend(sending));

    private void Succeed(PassRun run, Sending sending, CreateOutcome.Created created)
    {
        memory.Wrote(created.Key);
        run.ExistingKeys.Add(created.Key);
        _results.Add(sending.Created(created));
        run.Done(sending.Create, created.Key, fault: null);
    }

    /// <summary>T4: the announcement is young, the lease holds, and the epoch is still the one it was made
    /// in.</summary>
    private bool MaySend(Sending sending) =>
        !options.Rules.GuardSend
            || (time.GetElapsedTime(sending.AnnouncedAt) < options.Windows.Send
                && fence.Holds && memory.Epoch is not null);

    private ImmutableArray<AttemptResult> TakeResults()
    {
        ImmutableArray<AttemptResult> results = [.. _results];
        _results.Clear();
        return results;
    }

    /// <summary>A cancelled pass still writes down what it knows: it spares the next one the wait.</summary>
    private async Task FlushAsync(PassRun run)
    {
        using var limit = new CancellationTokenSource(options.Flush, time);
        try
        {
            await run.Session.RecordAsync(TakeResults(), limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // The intents are in the ledger: the next pass resolves them.
        }
    }
}
