namespace Reconciler.Operator.Tests;

/// <summary>For tests that measure the whole process: nothing else may allocate or count meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
