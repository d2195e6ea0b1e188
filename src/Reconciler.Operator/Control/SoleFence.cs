using Reconciler.Core.Execution;

namespace Reconciler.Operator.Control;

/// <summary>The right to write of an operator that runs without leader election: whoever started it vouches that there
/// is only one.</summary>
internal sealed class SoleFence : IWriteFence
{
    public bool Holds => true;

    public CancellationToken Lost => CancellationToken.None;
}
