namespace Reconciler.Core.Execution;

/// <summary>
/// Whether this process may still write to the remote. Three real implementations: the leader's lease, judged by local
/// monotonic time; a process that is alone by its operator's word (<c>--leader-elect=false</c>); the file lock of a run
/// without a cluster. Asked before every remote write; a pass never starts a remote write after it answered false.
/// </summary>
public interface IWriteFence
{
    bool Holds { get; }

    /// <summary>Cancelled at once when the right to write is lost.</summary>
    CancellationToken Lost { get; }
}
