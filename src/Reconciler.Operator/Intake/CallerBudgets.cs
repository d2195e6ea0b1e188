using System.Net;
using System.Net.Sockets;

namespace Reconciler.Operator.Intake;

/// <summary>
/// How many calls are looked at, per remote address (an IPv6 network of 64 bits counts as one) and overall, before
/// anything is verified. Memory is constant: addresses beyond the table share one budget.
/// </summary>
internal sealed class CallerBudgets(RateOptions rates, TimeProvider time)
{
    private const int AddressesMax = 2048;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, Budget> _callers = [];
    private readonly Budget _others = new(time.GetTimestamp());
    private readonly Budget _all = new(time.GetTimestamp());
    private long _sweptAt = time.GetTimestamp();

    public bool TryTake(IPAddress? caller)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            return TryTake(CallerOf_Locked(KeyOf(caller), now), rates.PerAddress, now)
                && TryTake(_all, rates.Overall, now);
        }
    }

    // A budget holds one second's worth.
    private bool TryTake(Budget budget, int perSecond, long now)
    {
        var earned = time.GetElapsedTime(budget.At, now).TotalSeconds * perSecond;
        budget.Spent = Math.Max(0, budget.Spent - earned);
        budget.At = now;
        if (budget.Spent + 1 > perSecond)
        {
            return false;
        }

        budget.Spent++;
        return true;
    }

    private Budget CallerOf_Locked(UInt128 key, long now)
    {
        if (_callers.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_callers.Count >= AddressesMax && time.GetElapsedTime(_sweptAt, now) >= SweepInterval)
        {
            // Whoever was silent for a second has its whole budget again: forgetting it changes nothing.
            _sweptAt = now;
            foreach (var idle in _callers.Where(caller => time.GetElapsedTime(caller.Value.At, now) >= SweepInterval)
                .Select(caller => caller.Key).ToList())
            {
                _callers.Remove(idle);
            }
        }

        return _callers.Count < AddressesMax ? _callers[key] = new(now) : _others;
    }

    private static UInt128 KeyOf(IPAddress? caller)
    {
        if (caller is null)
        {
            return 0;
        }

        var address = caller.IsIPv4MappedToIPv6 ? caller.MapToIPv4() : caller;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            bytes[8..].Clear();
            length = 8;
        }

        return new UInt128((ulong)length, BitConverter.ToUInt64(bytes[..8]));
    }

    private sealed class Budget(long at)
    {
        public double Spent { get; set; }

        public long At { get; set; } = at;
    }
}
