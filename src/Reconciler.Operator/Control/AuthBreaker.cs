using Reconciler.Core.Execution;

namespace Reconciler.Operator.Control;

/// <summary>
/// Remembers that one credential, in one version, was refused: until the wait is over nobody sends it again, so a bad
/// token costs one request per backoff and not one per module, edit or installation. A new version of the Secret is
/// another credential and starts closed.
/// </summary>
internal sealed class AuthBreaker(TimeProvider time)
{
    private static readonly TimeSpan WaitMin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private RemoteFault? _refusal;
    private TimeSpan _wait;
    private long _refusedAt;

    /// <summary>Null: send. Else why nothing is sent now. After the wait one caller is let through as the
    /// probe.</summary>
    public RemoteFault? Ask()
    {
        lock (_gate)
        {
            if (_refusal is null)
            {
                return null;
            }

            if (time.GetElapsedTime(_refusedAt) < _wait)
            {
                return _refusal;
            }

            // The probe's fate is learned by Learn; until then, and if it never returns, the others wait once more.
            _refusedAt = time.GetTimestamp();
            return null;
        }
    }

    /// <summary>What a call that was sent came to; null: it succeeded. A refusal of the credential opens; success, and
    /// faults that only an admitted caller gets, close; the rest tells nothing.</summary>
    public void Learn(RemoteFault? fault)
    {
        lock (_gate)
        {
            switch (fault)
            {
                case RemoteFault.Unauthorized:
                    _refusal = fault;
                    _wait = TimeSpan.FromTicks(Math.Clamp(_wait.Ticks * 2, WaitMin.Ticks, WaitMax.Ticks));
                    _refusedAt = time.GetTimestamp();
                    break;
                case null or RemoteFault.Rejected or RemoteFault.QuotaExceeded or RemoteFault.KeyConflict:
                    _refusal = null;
                    _wait = TimeSpan.Zero;
                    break;
            }
        }
    }

    /// <summary>Somebody asked for a pass by hand: the next call is sent.</summary>
    public void Reset() => Learn(null);
}
