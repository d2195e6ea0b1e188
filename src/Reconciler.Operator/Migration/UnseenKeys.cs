using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Migration;

/// <summary>
/// A registry that does not show some keys: where both APIs serve one store (reference.md §3 leaves it open), the old
/// modules are listed on the new side, too, and must not be taken for unmanaged twins of the new ones.
/// </summary>
internal sealed class UnseenKeys(IModuleRegistry registry) : IModuleRegistry
{
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    public void Add(IEnumerable<string> keys) => _keys.UnionWith(keys);

    public async Task<ListOutcome> ListAsync(CancellationToken cancellationToken)
    {
        var outcome = await registry.ListAsync(cancellationToken);
        return outcome is ListOutcome.Complete list
            ? list with { Modules = [.. list.Modules.Where(module => !_keys.Contains(module.Key))] }
            : outcome;
    }

    public Task<LookupOutcome> GetAsync(string key, CancellationToken cancellationToken) =>
        registry.GetAsync(key, cancellationToken);

    public Task<CreateOutcome> CreateAsync(CreateRequest request, CancellationToken cancellationToken) =>
        registry.CreateAsync(request, cancellationToken);

    public Task<UpdateOutcome> UpdateAsync(string key, ModuleContent content, CancellationToken cancellationToken) =>
        registry.UpdateAsync(key, content, cancellationToken);

    public Task<DeleteOutcome> DeleteAsync(string key, CancellationToken cancellationToken) =>
        registry.DeleteAsync(key, cancellationToken);
}
