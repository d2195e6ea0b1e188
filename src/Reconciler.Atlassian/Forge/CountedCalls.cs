using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Forge;

/// <summary>
/// The calls of the Forge APIs as their registries need them: a key that no URL can carry is refused here, and the
/// modules are counted, which tells a 422 for the quota from one for the data.
/// </summary>
/// <param name="list">Builds the request of a page from its token and limit.</param>
/// <param name="ofRead">The API's fault table for a read.</param>
/// <param name="ofWrite">The same for a write; whether the installation is full by our count.</param>
internal sealed class CountedCalls(
    RemoteClient client, Func<string?, int?, RemoteRequest> list, Func<RemoteReply, RemoteFault> ofRead,
    Func<RemoteReply, bool, RemoteFault> ofWrite)
{
    private readonly ModuleCalls _calls = new(client);
    private readonly ListReader _list = new(client, list, ofRead);

    // As of the last complete list and our own writes since.
    private int _count;

    public async Task<ListOutcome> ListAsync(CancellationToken cancellationToken)
    {
        var outcome = await _list.ReadAsync(cancellationToken);
        if (outcome is ListOutcome.Complete complete)
        {
            _count = complete.Modules.Length;
        }

        return outcome;
    }

    public async Task<LookupOutcome> GetAsync(
        string key, Func<string, RemoteRequest> ask, CancellationToken cancellationToken) =>
        ItemKey.Check(key) is { } unaddressable
            ? new LookupOutcome.Failed(unaddressable)
            : await _calls.GetAsync(key, ask(key), ofRead, cancellationToken);

    /// <param name="successes">The documented statuses of a success.</param>
    /// <param name="read">Null when the body is no proof of a key.</param>
    public async Task<CreateOutcome> CreateAsync(
        RemoteRequest request, Func<bool> maySend, int[] successes,
        Func<RemoteReply, CreateOutcome.Created?> read, CancellationToken cancellationToken)
    {
        var reading = new CreateReading(
            successes, reply => ofWrite(reply, _count >= client.Options.Quota), read);
        var outcome = await _calls.CreateAsync(request, maySend, reading, cancellationToken);
        _count += outcome is CreateOutcome.Created ? 1 : 0;
        return outcome;
    }

    public async Task<UpdateOutcome> UpdateAsync(
        string key, Func<string, RemoteRequest> ask, CancellationToken cancellationToken) =>
        ItemKey.Check(key) is { } unaddressable
            ? new UpdateOutcome.Failed(unaddressable)
            : await _calls.UpdateAsync(ask(key), reply => ofWrite(reply, false), cancellationToken);

    public async Task<DeleteOutcome> DeleteAsync(
        string key, Func<string, RemoteRequest> ask, CancellationToken cancellationToken)
    {
        if (ItemKey.Check(key) is { } unaddressable)
        {
            return new DeleteOutcome.Failed(unaddressable);
        }

        var outcome = await _calls.DeleteAsync(ask(key), reply => ofWrite(reply, false), cancellationToken);
        _count -= outcome is DeleteOutcome.Deleted ? 1 : 0;
        return outcome;
    }
}
