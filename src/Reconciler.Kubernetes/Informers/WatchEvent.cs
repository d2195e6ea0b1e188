using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Informers;

/// <summary>What one step of a watcher yields.</summary>
internal abstract record WatchEvent<T>
{
    private WatchEvent()
    {
    }

    /// <summary>A list begins. What was staged of an earlier, unfinished one is void.</summary>
    public sealed record Init : WatchEvent<T>;

    /// <summary>A page of the list. Unreadable items exist, but their state is unknown.</summary>
    public sealed record InitPage(IReadOnlyList<T> Objects, IReadOnlyList<Undecodable> Unreadable) : WatchEvent<T>;

    /// <summary>The list is complete as of Version: what it did not hold is gone.</summary>
    public sealed record InitDone(string Version) : WatchEvent<T>;

    /// <summary>Added or modified.</summary>
    public sealed record Applied(T Object) : WatchEvent<T>;

    public sealed record Deleted(T Object) : WatchEvent<T>;

    /// <summary>Nothing happened up to Version.</summary>
    public sealed record Bookmark(string Version) : WatchEvent<T>;

    /// <summary>An event that cannot be decoded. If it names its object, fetch that one (W11).</summary>
    public sealed record Broken(Undecodable Object) : WatchEvent<T>;

    /// <summary>The watch is established: response headers have arrived (W1).</summary>
    public sealed record Connected : WatchEvent<T>;

    /// <summary>The watch ended without an error: the server closed it, or it fell silent (half open).</summary>
    public sealed record Ended(bool IsStall) : WatchEvent<T>;

    /// <summary>The step failed. The watcher has recovered its state; wait before the next step.</summary>
    public sealed record Faulted(WatchFaultKind Kind, Exception Cause) : WatchEvent<T>;
}

/// <summary>Why a step failed.</summary>
internal enum WatchFaultKind
{
    /// <summary>No usable answer.</summary>
    Unreachable,

    /// <summary>The server refused.</summary>
    Refused,

    /// <summary>The resourceVersion or the continue token is too old or from the future: the next step lists.</summary>
    Expired,

    /// <summary>404: the resource type is not served, for instance because its CRD is not installed (W15).</summary>
    NotServed,

    /// <summary>The same version failed again and again: the next step lists.</summary>
    Suspect,
}
