using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Connect;

/// <summary>
/// An update on a remote without an update verb.
/// <para>Flow: read what is there, remove it, register the new definition; if that is refused, register the former one
/// again. Where an earlier replacement got no further than the removal, it goes on from there.</para>
/// <para>Who has lost the right to write sends neither half: frozen in between, it would register what its successor
/// has deleted meanwhile (seed 60259 on ConnectJira).</para>
/// <para>Guarantees: the key never changes; a definition that the remote refuses leaves the former in place; a module
/// that is already as wanted is not touched.</para>
/// <para>Crash, or a restoration that fails too: the key is absent by our own doing. The ledger holds the former
/// definition (written before this is called), and the planner comes back with it until one of the two is registered
/// (T8r).</para>
/// </summary>
internal sealed class ConnectReplacement(ConnectCalls calls, string key, Func<bool> maySend)
{
    private const string NewAttempt = "replace";
    private const string FormerAttempt = "restore";

    /// <param name="former">The definition before a replacement that was begun; null when none was.</param>
    public async Task<UpdateOutcome> RunAsync(
        ModuleContent content, ModuleContent? former, CancellationToken cancellationToken)
    {
        var (list, failure) = await calls.ListAsync(cancellationToken);
        if (list is null)
        {
            return new UpdateOutcome.Failed(failure!);
        }

        if (list.Find(key) is not { Content: var present })
        {
            return former is null
                ? new UpdateOutcome.Absent()
                : await RegisterAsync(content, former, cancellationToken);
        }

        // A restoration wants what a lagging list shows of before: there that sight proves nothing.
        if (present.Equals(content) && !content.Equals(former))
        {
            return new UpdateOutcome.Updated(present);
        }

        if (!maySend())
        {
            return new UpdateOutcome.Failed(new RemoteFault.Unavailable("Not replaced: the right to write was lost."));
        }

        return await calls.RemoveAsync(key, cancellationToken) is { } notRemoved
            ? new UpdateOutcome.Failed(notRemoved)
            : await RegisterAsync(content, present, cancellationToken);
    }

    private async Task<UpdateOutcome> RegisterAsync(
        ModuleContent content, ModuleContent former, CancellationToken cancellationToken) =>
        await SendAsync(NewAttempt, content, cancellationToken) switch
        {
            // Nothing is echoed: what the remote made of it, the next list shows. Taken for an echo, a default of the
            // remote would be drift, and the module replaced once more (seed 5113 on ConnectJira).
            CreateOutcome.Created => new UpdateOutcome.Updated(null),

            // The key is there again: a registration of ours without an answer was late, or somebody was faster.
            CreateOutcome.Refused { Fault: RemoteFault.KeyConflict taken } =>
                await LookAsync(content, former, taken, cancellationToken),
            CreateOutcome.Refused refused when content.Equals(former) => NotRestored(refused.Fault),
            CreateOutcome.Refused refused => await RestoreAsync(former, refused.Fault, cancellationToken),
            CreateOutcome.Unknown unknown => await LookAsync(content, former, unknown.Fault, cancellationToken),
            _ => throw new InvalidOperationException("The outcomes are a closed set."),
        };

    private async Task<UpdateOutcome> RestoreAsync(
        ModuleContent former, RemoteFault refusal, CancellationToken cancellationToken) =>
        await SendAsync(FormerAttempt, former, cancellationToken) is CreateOutcome.Created
            ? new UpdateOutcome.Failed(refusal, Restored: true)
            : NotRestored(refusal);

    private UpdateOutcome.Failed NotRestored(RemoteFault refusal) => new(refusal with
    {
        Message = $"{refusal.Message} The former definition of {key} could not be registered again either; it is kept "
            + "and tried again.",
    });

    /// <summary>The registration may still happen, so the former is not put in its way: we only look. Lists lag (A3): a
    /// sight of what we have just removed proves nothing, though it may hold all that is wanted (seed 29 on
    /// ConnectJira).</summary>
    private async Task<UpdateOutcome> LookAsync(
        ModuleContent content, ModuleContent former, RemoteFault fault, CancellationToken cancellationToken)
    {
        var (list, _) = await calls.ListAsync(cancellationToken);
        return list?.Find(key) is { } found && !found.Content.Equals(former)
            && found.Content.RelateTo(content) >= MatchRelation.Covers
            ? new UpdateOutcome.Updated(found.Content)
            : new UpdateOutcome.Failed(fault);
    }

    private Task<CreateOutcome> SendAsync(
        string attempt, ModuleContent content, CancellationToken cancellationToken) =>
        calls.RegisterAsync(
            $"{attempt}-{key}", [new ObservedModule(key, content)],
            () => maySend() && !cancellationToken.IsCancellationRequested, cancellationToken);
}
