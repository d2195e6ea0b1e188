using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Kubernetes.Informers;

/// <summary>
/// LIST and WATCH as a state machine. Each step makes at most one request or reads one line, and yields one event.
/// </summary>
/// <remarks>
/// Flow:
/// <code>
///            Init             InitPage*                InitDone         Connected
///   Empty ──────────► Listing ──────────► ListComplete ────────► Listed ─────────► Watching
///     │ Init                                                        ▲   EOF, stall,    │ Applied, Deleted,
///     │                            InitDone                         └──  fault  ───────┤ Bookmark, Broken
///     └─────────────► InitialEvents ───────────────────────────────────────────────────┘
///   any ── 410 in any form, 504 "too large", 404, version suspect ──► Empty
/// </code>
/// <para>Guarantees: every change after InitDone's version is emitted at least once and in order per object. The
/// version advances with every event and bookmark, so a resumed watch misses nothing. Deletions may be inferred only
/// at InitDone, after the last page. Nothing is swallowed: each fault is an event.</para>
/// <para>Assumptions: the caller waits between a Faulted or Ended event and the next step, and stages listed objects
/// until InitDone. One caller at a time.</para>
/// <para>Caveats: the step after a fault may repeat events that were seen already. A list is read from storage, not
/// from a server's cache, so that it never goes back in time.</para>
/// </remarks>
internal sealed class Watcher<T>(
    KubernetesClient client,
    WatchTarget target,
    JsonTypeInfo<T> objectType,
    WatcherOptions options,
    TimeProvider time) : IDisposable
    where T : class, IKubernetesResource
{
    private readonly WatcherState _empty = WatcherState.Empty;
    private WatchConnection? _connection;
    private bool _streams = options.StreamingList;
    private int _pageSize = options.PageSize;
    private int _cutInitialEvents;
    private int _faultsAtVersion;

    // Bookmarks come once a minute, so a longer silence is a dead connection; until a watch that stayed silent has
    // shown that this server sends none (an old one, or one whose etcd is at rest since its start).
    private bool _expectsBookmarks = true;

    public WatcherState State { get; private set; } = WatcherState.Empty;

    /// <summary>How long the next step may be silent before it is overdue.</summary>
    public TimeSpan SilenceMax => State.Phase == WatchPhase.InitialEvents ? options.InitialSilence
        : _expectsBookmarks ? options.BookmarkSilence
        : options.ServerTimeout + options.Margin;

    /// <summary>Does the next thing. Throws only if cancelled.</summary>
    public async Task<WatchEvent<T>> StepAsync(CancellationToken cancellationToken)
    {
        try
        {
            return State.Phase switch
            {
                WatchPhase.Empty => await BeginAsync(cancellationToken),
                WatchPhase.Listing => await ListPageAsync(cancellationToken),
                WatchPhase.ListComplete => Announce(),
                WatchPhase.Listed => await ConnectAsync(cancellationToken),
                WatchPhase.InitialEvents or WatchPhase.Watching => await ReadAsync(),
                _ => throw new UnreachableException(),
            };
        }
        catch (KubernetesApiException refusal)
        {
            return Recover(refusal);
        }
        catch (KubernetesConnectionException fault)
        {
            Disconnect();
            return new WatchEvent<T>.Faulted(WatchFaultKind.Unreachable, fault);
        }
    }

    public void Dispose() => _connection?.Dispose();

    private async Task<WatchEvent<T>> BeginAsync(CancellationToken cancellationToken)
    {
        if (_streams)
        {
            try
            {
                await OpenAsync(new WatchQuery { SendInitialEvents = true }, cancellationToken);
                State = new(WatchPhase.InitialEvents);
                return new WatchEvent<T>.Init();
            }
            catch (KubernetesApiException refusal) when (refusal.IsInvalid || refusal.StatusCode == 400)
            {
                _streams = false;
            }
        }

        return BeginPages();
    }

    private WatchEvent<T>.Init BeginPages()
    {
        State = new(WatchPhase.Listing);
        return new();
    }

    private async Task<WatchEvent<T>> ListPageAsync(CancellationToken cancellationToken)
    {
        var query = new ListQuery
        {
            Limit = _pageSize,
            Continue = State.Token,
            FieldSelector = target.FieldSelector,
            LabelSelector = target.LabelSelector,
        };
        var request = ApiRequests.List(target.Type, target.Namespace, query, target.MetadataOnly);
        ListPage<T> page;
        try
        {
            page = await client.ListAsync(request, objectType, cancellationToken);
        }
        catch (KubernetesConnectionException fault) when (fault.IsTooLong && _pageSize > 1)
        {
            // A few objects of the largest size must not keep all the others from being seen:
            // the next try asks for less.
            _pageSize /= 2;
            throw;
        }

        // The first page fixes the version: what changes while we read the others comes by the watch (W9).
        var version = State.Token is null ? page.ResourceVersion : State.Version;
        if (version.Length == 0 || (page.Continue is not null && page.Continue == State.Token))
        {
            State = _empty;
            return Invalid("a list without a resourceVersion, or whose continue token leads to itself");
        }

        State = page.Continue is null
            ? new(WatchPhase.ListComplete, version)
            : new(WatchPhase.Listing, version, page.Continue);
        return new WatchEvent<T>.InitPage(page.Items, page.Broken);
    }

    private WatchEvent<T>.InitDone Announce()
    {
        State = new(WatchPhase.Listed, State.Version);
        _faultsAtVersion = 0;
        return new(State.Version);
    }

    private async Task<WatchEvent<T>> ConnectAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(new WatchQuery { ResourceVersion = State.Version }, cancellationToken);
        State = State with { Phase = WatchPhase.Watching };
        return new WatchEvent<T>.Connected();
    }

    private async Task OpenAsync(WatchQuery start, CancellationToken cancellationToken)
    {
        var query = start with
        {
            Timeout = options.ServerTimeout,
            FieldSelector = target.FieldSelector,
            LabelSelector = target.LabelSelector,
        };
        var request = ApiRequests.Watch(target.Type, target.Namespace, query, target.MetadataOnly);
        _connection = new(await client.OpenAsync(request, cancellationToken), time, cancellationToken);
    }

    private async Task<WatchEvent<T>> ReadAsync()
    {
        var isInitial = State.Phase == WatchPhase.InitialEvents;
        var line = await _connection!.ReadLineAsync(SilenceMax);
        if (line is null && isInitial)
        {
            return FallBackToPages();
        }

        if (line is not { Kind: not StreamLineKind.End } present)
        {
            return End(isStall: line is null);
        }

        return WatchLine<T>.Decode(present.Bytes.Span, objectType) switch
        {
            WatchLine<T>.Applied(var applied) => Emit(applied, new WatchEvent<T>.Applied(applied)),
            WatchLine<T>.Deleted(var deleted) => Emit(deleted, new WatchEvent<T>.Deleted(deleted)),
            WatchLine<T>.Bookmark bookmark => Mark(bookmark),
            WatchLine<T>.Failed failed => Recover(failed.ToException()),
            WatchLine<T>.Broken(var broken) => EmitBroken(broken),
            _ => throw new UnreachableException(),
        };
    }

    private WatchEvent<T> Emit(T emitted, WatchEvent<T> what)
    {
        AdvanceTo(emitted.Metadata.ResourceVersion);
        return what;
    }

    private WatchEvent<T> Mark(WatchLine<T>.Bookmark bookmark)
    {
        if (State.Phase == WatchPhase.InitialEvents)
        {
            if (!bookmark.EndsInitialEvents)
            {
                // An ordinary bookmark first: this server has ignored sendInitialEvents.
                return FallBackToPages();
            }

            State = new(WatchPhase.Watching, bookmark.ResourceVersion);
            _cutInitialEvents = 0;
            _faultsAtVersion = 0;
            return new WatchEvent<T>.InitDone(bookmark.ResourceVersion);
        }

        _connection!.HasBookmarks = _expectsBookmarks = true;
        AdvanceTo(bookmark.ResourceVersion);
        return new WatchEvent<T>.Bookmark(bookmark.ResourceVersion);
    }

    private WatchEvent<T>.Broken EmitBroken(Undecodable broken)
    {
        if (broken.ResourceVersion is { } version)
        {
            AdvanceTo(version);
        }

        if (broken.Key is null)
        {
            // We do not know what we missed. Read it again from the last version; if it comes broken again, list.
            Disconnect();
            CountFault();
        }

        return new(broken);
    }

    private void AdvanceTo(string version)
    {
        if (State.Phase == WatchPhase.Watching && version.Length > 0)
        {
            State = new(WatchPhase.Watching, version);
            _faultsAtVersion = 0;
        }
    }

    private WatchEvent<T>.Ended End(bool isStall)
    {
        if (State.Phase == WatchPhase.InitialEvents && ++_cutInitialEvents > 1)
        {
            _streams = false;
        }

        _expectsBookmarks &= !isStall || _connection!.HasBookmarks;
        Disconnect();
        return new(isStall);
    }

    private WatchEvent<T>.Init FallBackToPages()
    {
        _streams = false;
        Disconnect();
        return BeginPages();
    }

    private WatchEvent<T>.Faulted Recover(KubernetesApiException refusal)
    {
        // Only what the stream itself says casts doubt on the version: an overloaded server must not be listed.
        var isStream = State.Phase == WatchPhase.Watching;
        Disconnect();
        if (refusal.IsGone || refusal.IsTooLargeResourceVersion || refusal.IsNotFound)
        {
            State = _empty;
            var kind = refusal.IsNotFound ? WatchFaultKind.NotServed : WatchFaultKind.Expired;
            return new(kind, refusal);
        }

        var isSuspect = isStream && CountFault();
        return new(isSuspect ? WatchFaultKind.Suspect : WatchFaultKind.Refused, refusal);
    }

    private bool CountFault()
    {
        if (++_faultsAtVersion < options.FaultsPerVersion)
        {
            return false;
        }

        _faultsAtVersion = 0;
        State = _empty;
        return true;
    }

    private void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
        State = State.Phase switch
        {
            WatchPhase.Watching => State with { Phase = WatchPhase.Listed },
            WatchPhase.InitialEvents => _empty,
            _ => State,
        };
    }

    private WatchEvent<T>.Faulted Invalid(string what) => new(
        WatchFaultKind.Unreachable,
        new KubernetesConnectionException($"{target}: the server sent {what}.", Delivery.Unknown));
}
