using Reconciler.Atlassian.Forge;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.ForgeV2;

/// <summary>The module set of one installation behind the Forge Dynamic Modules API v2 (Preview).</summary>
internal sealed class ForgeV2Registry : IModuleRegistry
{
    private readonly RemoteOptions _options;
    private readonly ForgeV2Requests _requests;
    private readonly ModuleCalls _calls;
    private readonly ListReader _list;

    // Ours since the last complete list: tells a 422 for the quota from one for the data.
    private int _count;

    public ForgeV2Registry(RemoteClient client)
    {
        _options = client.Options;
        _requests = new ForgeV2Requests(_options.TrailingSlash);
        _calls = new ModuleCalls(client);
        _list = new ListReader(client, _requests.List, ForgeV2Faults.OfRead);
    }

    public async Task<ListOutcome> ListAsync(CancellationToken cancellationToken)
    {
        var outcome = await _list.ReadAsync(cancellationToken);
        if (outcome is ListOutcome.Complete complete)
        {
            _count = complete.Modules.Length;
        }

        return outcome;
    }

    public async Task<LookupOutcome> GetAsync(string key, CancellationToken cancellationToken) =>
        ItemKey.Check(key) is { } unaddressable
            ? new LookupOutcome.Failed(unaddressable)
            : await _calls.GetAsync(key, _requests.Get(key), ForgeV2Faults.OfRead, cancellationToken);

    public async Task<CreateOutcome> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        var outcome = await _calls.CreateAsync(
            _requests.Create(request.AttemptId, request.Content), request.MaySend,
            new CreateReading([201], FaultOfWrite, ForgeV2Wire.ReadCreated), cancellationToken);
        _count += outcome is CreateOutcome.Created ? 1 : 0;
        return outcome;
    }

    public async Task<UpdateOutcome> UpdateAsync(
        string key, ModuleContent content, CancellationToken cancellationToken) =>
        ItemKey.Check(key) is { } unaddressable
            ? new UpdateOutcome.Failed(unaddressable)
            : await _calls.UpdateAsync(
                _requests.Update(key, content), reply => ForgeV2Faults.OfWrite(reply, isFull: false), cancellationToken);

    public async Task<DeleteOutcome> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        if (ItemKey.Check(key) is { } unaddressable)
        {
            return new DeleteOutcome.Failed(unaddressable);
        }

        var outcome = await _calls.DeleteAsync(
            _requests.Delete(key), reply => ForgeV2Faults.OfWrite(reply, isFull: false), cancellationToken);
        _count -= outcome is DeleteOutcome.Deleted ? 1 : 0;
        return outcome;
    }

    private RemoteFault FaultOfWrite(RemoteReply reply) => ForgeV2Faults.OfWrite(reply, _count >= _options.Quota);
}
