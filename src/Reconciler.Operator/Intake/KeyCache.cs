using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Reconciler.Operator.Intake;

/// <summary>
/// The published keys at one address. A key id that is not among them is a reason to fetch again, which is how a
/// rotation is noticed, within <see cref="FetchBudget"/>. Keys in use are fetched again by the first call after an
/// hour, which does not wait for it; when that fails they stay good for a day, so that an outage of the key server
/// stops nobody. One fetch runs at a time.
/// </summary>
internal sealed class KeyCache(
    Uri address, KeyFetcher fetcher, FetchBudget budget, TimeProvider time, ILogger log)
{
    private const int AbsentMax = 256;

    private static readonly TimeSpan FreshFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan TrustedFor = TimeSpan.FromHours(24);
    private static readonly TimeSpan AbsentFor = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _absent = new(StringComparer.Ordinal);
    private Dictionary<string, RsaSecurityKey>? _keys;
    private long _fetchedAt;
    private Task<bool>? _fetch;
    private bool _failing;

    /// <summary>Whether there are keys to verify with.</summary>
    public bool HasKeys
    {
        get
        {
            lock (_gate)
            {
                return _keys is not null && Age <= TrustedFor;
            }
        }
    }

    private TimeSpan Age => time.GetElapsedTime(_fetchedAt);

    public async Task<KeyAnswer> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        Task<bool> fetch;
        lock (_gate)
        {
            if (Find_Locked(keyId) is { } known)
            {
                RefreshIfOld_Locked();
                return known;
            }

            if (_fetch is not { IsCompleted: false })
            {
                if (IsAbsent_Locked(keyId) || !budget.TryTake())
                {
                    return Miss_Locked();
                }

                _fetch = FetchAsync();
            }

            fetch = _fetch;
        }

        var isFresh = await fetch.WaitAsync(cancellationToken);
        lock (_gate)
        {
            if (Find_Locked(keyId) is { } found)
            {
                return found;
            }

            if (isFresh)
            {
                NoteAbsent_Locked(keyId);
            }

            return Miss_Locked();
        }
    }

    private KeyAnswer.Found? Find_Locked(string keyId) =>
        _keys is not null && Age <= TrustedFor && _keys.TryGetValue(keyId, out var key) ? new(key) : null;

    private KeyAnswer Miss_Locked() =>
        _keys is null || Age > TrustedFor ? new KeyAnswer.Unavailable() : new KeyAnswer.Unknown();

    private void RefreshIfOld_Locked()
    {
        if (Age > FreshFor && _fetch is not { IsCompleted: false } && budget.TryTake())
        {
            _fetch = FetchAsync();
        }
    }

    private bool IsAbsent_Locked(string keyId) =>
        HasKeys && _absent.TryGetValue(keyId, out var since) && time.GetElapsedTime(since) < AbsentFor;

    private void NoteAbsent_Locked(string keyId)
    {
        if (_absent.Count >= AbsentMax)
        {
            _absent.Clear();
        }

        _absent[keyId] = time.GetTimestamp();
    }

    // Never fails: false when the keys are what they were.
    private async Task<bool> FetchAsync()
    {
        try
        {
            var keys = await fetcher.FetchAsync(address);
            lock (_gate)
            {
                (_keys, _fetchedAt) = (keys, time.GetTimestamp());
                _absent.Clear();
            }

            if (_failing)
            {
                _failing = false;
                log.KeysRecovered(address.Authority);
            }

            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or FormatException
            or OperationCanceledException)
        {
            if (!_failing)
            {
                _failing = true;
                log.KeysUnavailable(address.Authority, exception.Message);
            }

            return false;
        }
    }
}
