namespace Reconciler.EndToEnd.Tests;

/// <summary>The tests that share one control plane; they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterCollection : ICollectionFixture<ClusterFixture>
{
    public const string Name = "cluster";
}
