using Reconciler.Atlassian.Forge;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.ForgeV2;

/// <summary>The module set of one installation behind the Forge Dynamic Modules API v2 (Preview).</summary>
internal sealed class ForgeV2Registry : IModuleRegistry
{
    private readonly ForgeV2Requests _requests;
    private readonly CountedCalls _calls;

    public ForgeV2Registry(RemoteClient client)
    {
        _requests = new ForgeV2Requests(client.Options.TrailingSlash);
        _calls = new CountedCalls(client, _requests.List, ForgeV2Faults.OfRead, ForgeV2Faults.OfWrite);
    }

    public Task<ListOutcome> ListAsync(CancellationToken cancellationToken) => _calls.ListAsync(cancellationToken);

    public Task<LookupOutcome> GetAsync(string key, CancellationToken cancellationToken) =>
        _calls.GetAsync(key, _requests.Get, cancellationToken);

    public Task<CreateOutcome> CreateAsync(CreateRequest request, CancellationToken cancellationToken) =>
        _calls.CreateAsync(
            _requests.Create(request.AttemptId, request.Content), request.MaySend, [201], ForgeV2Wire.ReadCreated,
            cancellationToken);

    public Task<UpdateOutcome> UpdateAsync(string key, ModuleContent content, CancellationToken cancellationToken) =>
        _calls.UpdateAsync(key, item => _requests.Update(item, content), cancellationToken);

    public Task<DeleteOutcome> DeleteAsync(string key, CancellationToken cancellationToken) =>
        _calls.DeleteAsync(key, _requests.Delete, cancellationToken);
}
