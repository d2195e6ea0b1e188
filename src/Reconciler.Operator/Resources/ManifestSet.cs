using System.Collections.Immutable;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Resources;

/// <summary>One object of the input and where it stands.</summary>
internal sealed record Manifest<T>(T Resource, ManifestPlace Place)
{
    /// <summary>The text it was read from, to tell the line of a field.</summary>
    public ManifestNode.Mapping? Source { get; init; }
}

/// <summary>What a command line's <c>-f</c> holds: checked, unique by kind and name, every reference resolved except
/// Secrets, which a token may replace.</summary>
internal sealed record ManifestSet(
    ImmutableArray<Manifest<InstallationResource>> Installations,
    ImmutableArray<Manifest<DynamicModuleResource>> Modules,
    ImmutableArray<Manifest<SecretResource>> Secrets)
{
    /// <summary>Objects that were passed over, one line each.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>The modules of one installation, ordinal by namespace and name.</summary>
    public ImmutableArray<DesiredModule> DesiredFor(InstallationResource installation) =>
    [
        .. Modules
            .Where(module => module.Resource.InstallationKey == installation.Key)
            .OrderBy(module => module.Resource.Owner.ToString(), StringComparer.Ordinal)
            .Select(module => module.Resource.ToDesired(installation.Api) with { Guarded = true }),
    ];

    public SecretResource? FindSecret(ObjectKey key) =>
        Secrets.FirstOrDefault(secret => secret.Resource.Metadata.Key == key)?.Resource;
}
