using System.Collections.Immutable;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Connect;

/// <summary>All dynamic modules of one tenant, in order of their keys; Connect has no pages.</summary>
internal sealed record ConnectList(ImmutableArray<ObservedModule> Modules, string? Warning)
{
    public ObservedModule? Find(string key) =>
        Modules.FirstOrDefault(module => string.Equals(module.Key, key, StringComparison.Ordinal));
}
