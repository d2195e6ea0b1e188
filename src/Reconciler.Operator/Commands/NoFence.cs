using Reconciler.Core.Execution;

namespace Reconciler.Operator.Commands;

/// <summary>A plan or a dry run holds no right to write, and needs none.</summary>
internal sealed class NoFence : IWriteFence
{
    public bool Holds => false;

    public CancellationToken Lost => CancellationToken.None;
}
