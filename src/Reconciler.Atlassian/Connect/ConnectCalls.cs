using System.Collections.Immutable;
using Reconciler.Atlassian.Forge;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Connect;

/// <summary>List, register and remove as the remote offers them; nothing is combined here.</summary>
internal sealed class ConnectCalls(RemoteClient client)
{
    private readonly ModuleCalls _calls = new(client);

    // Ours since the last list: tells a 400 for the limit from one for the data.
    private int _count;

    /// <returns>The list, or why there is none: one of the two is null.</returns>
    public async Task<(ConnectList? List, RemoteFault? Failure)> ListAsync(CancellationToken cancellationToken)
    {
        var (reply, failure) = (await client.SendAsync(ConnectRequests.List(), cancellationToken)).Open();
        if (reply is not { Status: 200 })
        {
            return (null, failure ?? ConnectFaults.OfRead(reply!));
        }

        try
        {
            var list = ConnectWire.Read(reply.Body);
            _count = list.Modules.Length;
            return (list, null);
        }
        catch (FormatException exception)
        {
            return (null, new RemoteFault.Malformed(
                $"The list cannot be read: {ErrorSentence.Clean(exception.Message, reply.Secrets)}.",
                reply.Status, reply.Headers.TraceId));
        }
    }

    /// <summary>All or nothing by the remote's promise; 200 has no body (reference.md §7.1, §7.4).</summary>
    /// <returns>Created names the first of the modules and stands for all.</returns>
    public async Task<CreateOutcome> RegisterAsync(
        string attemptId, ImmutableArray<ObservedModule> modules, Func<bool> maySend,
        CancellationToken cancellationToken)
    {
        var reading = new CreateReading(
            [200],
            reply => ConnectFaults.OfWrite(reply, _count + modules.Length > client.Options.Quota),
            reply => reply.IsPage ? null : new CreateOutcome.Created(modules[0].Key, null));
        var outcome = await _calls.CreateAsync(
            ConnectRequests.Register(attemptId, modules), maySend, reading, cancellationToken);
        _count += outcome is CreateOutcome.Created ? modules.Length : 0;
        return outcome;
    }

    /// <returns>Null when done. Keys that do not exist are ignored by the remote, so done says nothing about before.
    /// </returns>
    public async Task<RemoteFault?> RemoveAsync(string key, CancellationToken cancellationToken)
    {
        var (reply, failure) = (await client.SendAsync(ConnectRequests.Remove(key), cancellationToken)).Open();
        if (reply is not { IsSuccess: true, IsPage: false })
        {
            return failure ?? ConnectFaults.OfWrite(reply!, isFull: false);
        }

        _count = Math.Max(0, _count - 1);
        return null;
    }
}
