using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Planning;

namespace Reconciler.Core.Execution;

/// <summary>
/// One pass over one installation: read the ledger, list the remote, resolve, plan, execute. The same code under the
/// operator, the command line and the simulation. Only cancellation leaves it as an exception.
/// <para>Flow: ledger (T0) → of which remote, and whose it is → releases → list and single reads → resolve → write →
/// plan → announce → deletes → updates → creates.</para>
/// <para>Guarantees: a crash between any two awaits loses nothing that the next pass does not find again; at the
/// fixpoint a pass makes one list and no write at all (M1).</para>
/// <para>Assumptions: one pass at a time per installation; <paramref name="memory"/> belongs to one leadership.</para>
/// </summary>
public sealed class InstallationPass(
    IModuleRegistry registry, ILedgerStore ledgers, PassMemory memory, IWriteFence fence, PassOptions options,
    TimeProvider time, Func<string> newAttemptId)
{
    private readonly Survey _survey = new(registry, memory, options, time);

    /// <summary>Converges as far as it can now.</summary>
    /// <exception cref="OperationCanceledException">The caller's token, or the right to write was lost.</exception>
    public async Task<PassResult> RunAsync(PassInput input, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, fence.Lost);
        if (!fence.Holds)
        {
            return PassReport.WithoutLedger("this process does not hold the right to write");
        }

        var session = new LedgerSession(ledgers, memory, options, time);
        if (!await session.OpenAsync(input, linked.Token))
        {
            return PassReport.WithoutLedger(session.Problem ?? "the ledger is unavailable");
        }

        if (ElsewhereBound(input, session) is { } standstill)
        {
            return standstill;
        }

        return session.IsForeign(input)
            ? PassReport.Foreign(input, session.Ledger, await ShowAsync(input, session, linked.Token))
            : await ConvergeAsync(new PassRun(input, session, fence, IsTimeUp), linked.Token);

        bool IsTimeUp() => time.GetElapsedTime(began) >= options.SoftLimit;
    }

    /// <summary>What <see cref="RunAsync"/> would do, with nothing written anywhere.</summary>
    public async Task<PassResult> PlanAsync(PassInput input, CancellationToken cancellationToken)
    {
        var session = new LedgerSession(ledgers, memory, options, time);
        if (!await session.OpenReadOnlyAsync(input, cancellationToken))
        {
            return PassReport.WithoutLedger(session.Problem ?? "the ledger is unavailable");
        }

        if (ElsewhereBound(input, session) is { } standstill)
        {
            return standstill;
        }

        var run = new PassRun(input, session, fence, static () => false);
        var released = Release(session.Ledger, Blank(input));
        switch (await _survey.LookAsync(input, released, cancellationToken))
        {
            case Sighting.Seen seen:
                await session.CommitAsync(_ => seen.Resolution.Ledger, cancellationToken);
                run.ExistingKeys.UnionWith(seen.Situation.Observed.Keys);
                var plan = Planner.Plan(seen.Resolution, seen.Situation);
                return PassReport.Seen(run, plan, plan.Verdicts, seen.Warning);
            case Sighting.Blind blind:
                return Blind(session.Ledger, input, blind.Fault);
            default:
                throw new InvalidOperationException("unhandled sighting");
        }
    }

    /// <summary>The ledger's claims are behind another API or another remote: this one is not even asked.</summary>
    private static PassResult? ElsewhereBound(PassInput input, LedgerSession session) =>
        session.IsOfAnotherApi(input) ? PassReport.OfAnotherApi(input, session.Ledger)
        : session.IsOfAnotherRemote(input) ? PassReport.OfAnotherRemote(input, session.Ledger)
        : null;

    private async Task<PassResult> ConvergeAsync(PassRun run, CancellationToken cancellationToken)
    {
        var session = run.Session;
        if (session.Ledger.Sequence > 0
            && !await session.CommitAsync(ledger => Release(ledger, Blank(run.Input)), cancellationToken))
        {
            return PassReport.WithoutLedger(session.Problem!);
        }

        if (run.Input.Installation.Suspended)
        {
            return PassReport.Suspended(
                session.Ledger, LedgerVerdicts.Suspended(session.Ledger, Blank(run.Input)));
        }

        if (memory.Gate is { } gate)
        {
            return Blind(session.Ledger, run.Input, gate.Fault, gate.Left);
        }

        switch (await _survey.LookAsync(run.Input, session.Ledger, cancellationToken))
        {
            case Sighting.Seen seen:
                memory.Admitted();
                return await ExecuteAsync(run, seen, cancellationToken);
            case Sighting.Blind blind:
                return await StayBlindAsync(run, blind.Fault, cancellationToken);
            default:
                throw new InvalidOperationException("unhandled sighting");
        }
    }

    private async Task<PassResult> ExecuteAsync(PassRun run, Sighting.Seen seen, CancellationToken cancellationToken)
    {
        var (situation, session) = (seen.Situation, run.Session);
        run.ExistingKeys.UnionWith(situation.Observed.Keys);
        run.OrphanWake = seen.Resolution.Findings
            .Where(finding => !situation.ByUid.ContainsKey(finding.Key))
            .Min(finding => finding.Value.WakeAfter);
        if (!await session.CommitAsync(_ => seen.Resolution.Ledger, cancellationToken))
        {
            return PassReport.WithoutLedger(session.Problem!);
        }

        var plan = Planner.Plan(seen.Resolution with { Ledger = session.Ledger }, situation);
        if (plan.Hash.Length > 0 && plan.Hash == run.Input.Installation.ApprovedPlanHash)
        {
            memory.Approve(plan.Hash, plan.Actions);
        }

        var drifted = DriftedModule.AllOf(session.Ledger, situation);
        var now = session.Now;
        if (!await session.CommitAsync(
            ledger => UpdateSteps.Announce(DeleteSteps.Announce(ledger, plan.Actions, now), plan.Actions, situation),
            cancellationToken))
        {
            return PassReport.WithoutLedger(session.Problem!);
        }

        await SendAsync(run, situation, plan.Actions, cancellationToken);
        return PassReport.Seen(run, plan, FinalVerdicts.Of(run, plan, memory), seen.Warning) with { Drifted = drifted };
    }

    /// <summary>Deletes → updates → creates. What they learn is written with the creates, or at the end.</summary>
    private async Task SendAsync(
        PassRun run, Situation situation, ImmutableArray<PlannedAction> actions, CancellationToken cancellationToken)
    {
        await new DeleteSteps(registry, memory, options).RunAsync(run, actions, cancellationToken);
        await new UpdateSteps(registry, memory, fence).RunAsync(run, actions, cancellationToken);
        await new CreateSteps(registry, memory, fence, options, time, newAttemptId)
            .RunAsync(run, situation, actions, cancellationToken);
        await run.Session.CommitAsync(ledger => ledger, cancellationToken);
        if (run.Poison is RemoteFault.Throttled throttled)
        {
            memory.Close(throttled);
        }
    }

    private async Task<PassResult> StayBlindAsync(PassRun run, RemoteFault fault, CancellationToken cancellationToken)
    {
        if (fault is RemoteFault.Throttled throttled)
        {
            memory.Close(throttled);
        }

        if (fault is RemoteFault.Unauthorized)
        {
            memory.Denied();
            await run.Session.CommitAsync(ledger => ReleaseWithInstallation(ledger, run.Input), cancellationToken);
        }

        return Blind(run.Session.Ledger, run.Input, fault);
    }

    /// <summary>T10x: refused for so long that the installation is gone, its modules with it, and whatever creates
    /// might have made there.</summary>
    private Ledger ReleaseWithInstallation(Ledger ledger, PassInput input) =>
        memory.DeniedFor < options.Windows.Gone
            ? ledger
            : input.Desired
                .Where(module => module.Deleting && (ledger.Entries.ContainsKey(module.Owner.Uid)
                    || ledger.MayCommitLate(module.Owner.Uid)))
                .Aggregate(ledger, (current, module) => current
                    .Remove(module.Owner.Uid)
                    .ForgetAttempts(module.Owner.Uid)
                    .Note(time.GetUtcNow(), module.Owner.Uid, RuleIds.InstallationGone,
                        "released with its installation"));

    /// <summary>The plan over somebody else's ledger, for people to see.</summary>
    private async Task<Plan?> ShowAsync(PassInput input, LedgerSession session, CancellationToken cancellationToken) =>
        await _survey.LookAsync(input, session.Ledger, cancellationToken) is Sighting.Seen seen
            ? Planner.Plan(seen.Resolution, seen.Situation)
            : null;

    private Ledger Release(Ledger ledger, Situation situation) =>
        Releases.Apply(ledger.Rekey(situation.Desired, situation.Now), situation);

    private PassResult Blind(Ledger ledger, PassInput input, RemoteFault fault, TimeSpan? left = null) =>
        PassReport.Blind(ledger, LedgerVerdicts.Blind(ledger, Blank(input), fault), fault, left);

    /// <summary>A situation without any look at the remote.</summary>
    private Situation Blank(PassInput input) =>
        new(input.Installation, input.Desired, [], Evidence.None, options.Windows, time.GetUtcNow())
        {
            Rules = options.Rules,
        };
}
