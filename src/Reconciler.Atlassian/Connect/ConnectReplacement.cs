using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Connect;

/// <summary>
/// An update on a remote without an update verb.
/// <para>Flow: read the former definition, remove it, register the new one; if that is refused, register the former
/// again.</para>
/// <para>Guarantees: the key never changes; a definition that the remote refuses leaves the former in place; a module that
/// is already as wanted is not touched.</para>
/// <para>Crash: between the halves the key is absent by our own doing. The ledger says so (<c>Replacing</c>, written
/// before this is called), and the planner registers the same key again without the doubts of an outside delete.</para>
/// <para>Caveat: if the second half and the restoration both fail, the key stays absent until the next pass.</para>
/// </summary>
internal sealed class ConnectReplacement(ConnectCalls calls)
{
    private const string NewAttempt = "replace";
    private const string FormerAttempt = "restore";

    public async Task<UpdateOutcome> RunAsync(string key, ModuleContent content, CancellationToken cancellationToken)
    {
        var (list, failure) = await calls.ListAsync(cancellationToken);
        if (list is null)
        {
            return new UpdateOutcome.Failed(failure!);
        }

        if (list.Find(key) is not { Content: var former })
        {
            return new UpdateOutcome.Absent();
        }

        if (former.Equals(content))
        {
            return new UpdateOutcome.Updated(former);
        }

        if (await calls.RemoveAsync(key, cancellationToken) is { } notRemoved)
        {
            return new UpdateOutcome.Failed(notRemoved);
        }

        return await RegisterAsync(NewAttempt, key, content, cancellationToken) switch
        {
            CreateOutcome.Created => new UpdateOutcome.Updated(content),
            CreateOutcome.Refused refused => await RestoreAsync(key, former, refused.Fault, cancellationToken),
            CreateOutcome.Unknown unknown => await LookAsync(key, content, unknown.Fault, cancellationToken),
            _ => throw new InvalidOperationException("The outcomes are a closed set."),
        };
    }

    private async Task<UpdateOutcome> RestoreAsync(
        string key, ModuleContent former, RemoteFault refusal, CancellationToken cancellationToken) =>
        await RegisterAsync(FormerAttempt, key, former, cancellationToken) is CreateOutcome.Created
            ? new UpdateOutcome.Failed(refusal)
            : new UpdateOutcome.Failed(refusal with
            {
                Message = $"{refusal.Message} The former definition could not be restored; " +
                    $"module {key} is absent until it is registered again.",
            });

    /// <summary>The registration may still happen, so the former is not put in its way: we only look.</summary>
    private async Task<UpdateOutcome> LookAsync(
        string key, ModuleContent content, RemoteFault unknown, CancellationToken cancellationToken)
    {
        var (list, _) = await calls.ListAsync(cancellationToken);
        return list?.Find(key) is { } found && found.Content.RelateTo(content) >= MatchRelation.Covers
            ? new UpdateOutcome.Updated(found.Content)
            : new UpdateOutcome.Failed(unknown);
    }

    private Task<CreateOutcome> RegisterAsync(
        string attempt, string key, ModuleContent content, CancellationToken cancellationToken) =>
        calls.RegisterAsync(
            $"{attempt}-{key}", key, content, () => !cancellationToken.IsCancellationRequested, cancellationToken);
}
