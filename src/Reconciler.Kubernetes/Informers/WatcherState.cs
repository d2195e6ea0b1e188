using System.Runtime.InteropServices;

namespace Reconciler.Kubernetes.Informers;

/// <summary>Where a <see cref="Watcher{T}"/> stands.</summary>
internal enum WatchPhase
{
    /// <summary>Nothing is known; the next step begins a list.</summary>
    Empty,

    /// <summary>Some pages are read; Token leads to the next one.</summary>
    Listing,

    /// <summary>All pages are read; their end has yet to be announced.</summary>
    ListComplete,

    /// <summary>The state up to Version is known and no watch is open.</summary>
    Listed,

    /// <summary>A watch is open and sends the initial state; its end mark has not come.</summary>
    InitialEvents,

    /// <summary>A watch is open; everything up to Version has been emitted.</summary>
    Watching,
}

/// <summary>The whole state of a watcher but for its connection.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WatcherState(WatchPhase Phase, string Version = "", string? Token = null)
{
    public static readonly WatcherState Empty = new(WatchPhase.Empty);
}
