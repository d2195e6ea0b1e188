using System.Collections.Concurrent;

namespace Reconciler.Operator.Control;

/// <summary>UIDs of objects whose finalizer we are removing. Their last changes are our own doing.</summary>
internal sealed class ReleaseTracker
{
    private readonly ConcurrentDictionary<string, bool> _releasing = new(StringComparer.Ordinal);

    public bool IsReleasing(string uid) => _releasing.ContainsKey(uid);

    public void Begin(string uid) => _releasing[uid] = true;

    /// <summary>The finalizer stayed, or the object is gone.</summary>
    public void Gone(string uid) => _releasing.TryRemove(uid, out _);
}
