namespace Reconciler.Kubernetes.Informers;

/// <summary>Counts and times what an informer does. Written by its loops, read by anyone.</summary>
internal sealed class InformerMeter(TimeProvider time)
{
    public const string Initial = "initial";
    public const string Restart = "restart";
    public const string Closed = "closed";
    public const string Stall = "stall";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _lists = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _reconnects = new(StringComparer.Ordinal);
    private string? _listReason = Initial;
    private long _events;
    private long _broken;
    private long _handlerFailures;
    private long _lastEvent = time.GetTimestamp();
    private long _lastProgress = time.GetTimestamp();
    private long _deadline = long.MaxValue;

    /// <summary>Records what a step yielded.</summary>
    public void Record<T>(WatchEvent<T> step)
    {
        lock (_gate)
        {
            switch (step)
            {
                case WatchEvent<T>.Init:
                    Count(_lists, _listReason ?? Restart);
                    _listReason = null;
                    break;
                case WatchEvent<T>.Applied or WatchEvent<T>.Deleted:
                    _events++;
                    _lastEvent = time.GetTimestamp();
                    break;
                case WatchEvent<T>.Ended { IsStall: true }:
                    Count(_reconnects, Stall);
                    return;
                case WatchEvent<T>.Ended:
                    Count(_reconnects, Closed);
                    break;
                case WatchEvent<T>.Faulted fault:
                    var reason = ReasonOf(fault.Kind);
                    Count(_reconnects, reason);
                    _listReason ??= fault.Kind is WatchFaultKind.Unreachable or WatchFaultKind.Refused ? null : reason;
                    return;
                default:
                    break;
            }

            _lastProgress = time.GetTimestamp();
        }
    }

    public void CountBroken() => Interlocked.Increment(ref _broken);

    public void CountHandlerFailure() => Interlocked.Increment(ref _handlerFailures);

    /// <summary>The loop promises to be back within this time.</summary>
    public void Promise(TimeSpan within)
    {
        lock (_gate)
        {
            _deadline = time.GetTimestamp() + (long)(within.TotalSeconds * time.TimestampFrequency);
        }
    }

    public InformerStats Read(int objects, bool isSynced)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            return new(
                objects,
                isSynced,
                _events,
                new Dictionary<string, long>(_lists),
                new Dictionary<string, long>(_reconnects),
                Interlocked.Read(ref _broken),
                Interlocked.Read(ref _handlerFailures),
                time.GetElapsedTime(_lastEvent, now),
                time.GetElapsedTime(_lastProgress, now),
                now > _deadline ? time.GetElapsedTime(_deadline, now) : TimeSpan.Zero);
        }
    }

    private static string ReasonOf(WatchFaultKind kind) => kind switch
    {
        WatchFaultKind.Unreachable => "unreachable",
        WatchFaultKind.Refused => "refused",
        WatchFaultKind.Expired => "expired",
        WatchFaultKind.NotServed => "not-served",
        WatchFaultKind.Suspect => "suspect",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static void Count(SortedDictionary<string, long> counters, string reason) =>
        counters[reason] = counters.GetValueOrDefault(reason) + 1;
}
