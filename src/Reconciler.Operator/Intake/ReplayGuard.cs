using System.Security.Cryptography;
using System.Text;

namespace Reconciler.Operator.Intake;

/// <summary>
/// One invocation token vouches for one system token: the two are separate headers, so whoever saw a call could send
/// another token beside its proof while that lives. The same pair again is harmless and taken again.
/// </summary>
internal sealed class ReplayGuard(TimeProvider time)
{
    private const int CallsMax = 8192;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Seen> _calls = new(StringComparer.Ordinal);

    /// <returns>False when the same invocation came with another system token before.</returns>
    public bool TryAdmit(Invocation invocation, SystemToken token)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(token.Value));
        lock (_gate)
        {
            if (_calls.TryGetValue(invocation.Fingerprint, out var seen))
            {
                return seen.TokenHash.AsSpan().SequenceEqual(hash);
            }

            if (_calls.Count >= CallsMax)
            {
                Forget_Locked();
            }

            _calls.Add(invocation.Fingerprint, new(hash, invocation.ExpiresAt + TimeSpan.FromSeconds(10)));
            return true;
        }
    }

    // All of them were verified, at most so many in a second, and live for seconds: what is left is little.
    private void Forget_Locked()
    {
        var now = time.GetUtcNow();
        foreach (var dead in _calls.Where(call => call.Value.Until < now).Select(call => call.Key).ToList())
        {
            _calls.Remove(dead);
        }

        if (_calls.Count >= CallsMax)
        {
            _calls.Clear();
        }
    }

    private sealed record Seen(byte[] TokenHash, DateTimeOffset Until);
}
