namespace Reconciler.Operator.Hosting;

/// <summary>The page <c>/debug</c>: served before there is anything to show,
/// and filled when the operator is made.</summary>
internal sealed class DebugPage
{
    private volatile DebugDump? _dump;

    public void Attach(DebugDump dump) => _dump = dump;

    /// <summary>Null while the operator starts.</summary>
    public Task<byte[]>? WriteAsync(CancellationToken cancellationToken) => _dump?.WriteAsync(cancellationToken);
}
