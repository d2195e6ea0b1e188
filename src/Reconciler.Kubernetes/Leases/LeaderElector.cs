using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Kubernetes.Leases;

/// <summary>Runs work while it holds a Lease, so that of several replicas one leads.</summary>
/// <remarks>
/// Flow: campaign (read; take if free or expired) → lead: start the work, renew every retry period → on loss: cancel
/// the work's token at once, end the renewals, await the work, campaign again → on stop: cancel the token, keep
/// renewing while the work drains, then release, so that a successor need not wait. A take that is on its way then is
/// awaited and released too.
/// <para>Guarantees: <see cref="IsLeader"/> is false from the renew deadline on, before another replica may take over
/// (lease duration). No lease is written by a term that has ended. API faults end neither the loop nor the process.
/// </para>
/// <para>Assumptions: the clock is monotonic and, if machines are suspended, counts that time
/// (<see cref="SuspendAwareTimeProvider"/>). Clock *rates* of replicas differ by less than duration ÷ deadline.</para>
/// <para>Caveats: a lease does not fence what was sent already. Check <see cref="IsLeader"/> directly before a
/// remote write (crash-safety, T4).</para>
/// </remarks>
public sealed class LeaderElector
{
    // Attempts of several candidates must not coincide. At 2 s they come every 0.8 to 1.2 s, so that a handover with
    // the drain before it stays below 2 s (L3).
    private const double AttemptFloor = 0.4;
    private const double AttemptSpread = 0.2;

    private static readonly TimeSpan AttemptMin = TimeSpan.FromMilliseconds(50);

    private readonly KubernetesClient _client;
    private readonly LeaderElectorOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly ILogger _log;
    private readonly LeaseObservation _seen;
    private volatile LeaseHold? _hold;
    private long _terms;
    private bool _failing;

    public LeaderElector(
        KubernetesClient client,
        LeaderElectorOptions options,
        TimeProvider time,
        Func<double> random,
        ILogger log)
    {
        _client = client;
        _options = LeaderElectorOptions.Validate(options);
        _time = time;
        _random = random;
        _log = log;
        _seen = new(time, options.LeaseDuration);
    }

    /// <summary>We hold the lease and may act. Also true while the work drains after a stop.</summary>
    public bool IsLeader => _hold is { IsValid: true };

    /// <summary>Cancelled when the present term's lease is lost, and not by a stop; already cancelled without a
    /// term.</summary>
    public CancellationToken Lost => _hold?.Lost ?? new CancellationToken(canceled: true);

    /// <summary>How often we have gained the lease.</summary>
    public long Terms => Interlocked.Read(ref _terms);

    /// <summary>Since the last renewal, for liveness; null unless we lead.</summary>
    public TimeSpan? RenewAge => _hold?.Age;

    /// <summary>Who held the lease when it was last read; empty if nobody.</summary>
    public string Holder => _seen.Holder;

    /// <summary>
    /// Campaigns and leads, again and again, until <paramref name="stop"/>. An exception of the work ends it, after
    /// the lease is released: a dead loop must stop its host.
    /// </summary>
    /// <param name="lead">The work. Its token is cancelled when the lease is lost or a stop is asked for; it drains
    /// and returns. It is never started twice at once.</param>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken stop)
    {
        while (await CampaignAsync(stop) is { } sentAt)
        {
            await LeadAsync(lead, sentAt, stop);
        }
    }

    // The timestamp at which the winning request was sent; null if asked to stop.
    private async Task<long?> CampaignAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                var sentAt = await AttemptAsync(AcquireAsync, stop);
                if (sentAt is not null)
                {
                    return sentAt;
                }

                await Task.Delay(NextAttempt(), _time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private TimeSpan NextAttempt()
    {
        var pause = _options.RetryPeriod * (AttemptFloor + (AttemptSpread * _random()));
        var expiry = _seen.Holder == _options.Identity ? pause : _seen.ExpiresIn;
        return expiry > TimeSpan.Zero && expiry < pause ? Longest(expiry, AttemptMin) : pause;
    }

    private async Task<long?> AcquireAsync(CancellationToken stop)
    {
        _seen.See(await ReadAsync(stop));
        if (_seen.Holder != _options.Identity && _seen.ExpiresIn > TimeSpan.Zero)
        {
            return null;
        }

        var now = _time.GetUtcNow();
        var isOurs = _seen.Holder == _options.Identity;
        var transitions = (_seen.Spec.LeaseTransitions ?? 0) + (isOurs ? 0 : 1);
        return await TakeAsync(
            Ours() with
            {
                AcquireTime = isOurs ? _seen.Spec.AcquireTime ?? now : now,
                LeaseTransitions = _seen.Lease is null ? 0 : transitions,
            },
            stop);
    }

    // Cancelled at once it might be stored all the same, and a successor would wait for a lease that nobody holds to
    // expire. So a stop leaves it one retry period to be answered; the term that begins is over before it does a thing.
    private async Task<long?> TakeAsync(LeaseSpec spec, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource();
        await using var patience = _time.CreateTimer(
            static limit => ((CancellationTokenSource)limit!).Cancel(), limit, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        await using var onStop = stop.UnsafeRegister(
            _ => patience.Change(_options.RetryPeriod, Timeout.InfiniteTimeSpan), null);
        return await WriteAsync(spec, limit.Token);
    }

    private async Task LeadAsync(Func<CancellationToken, Task> lead, long sentAt, CancellationToken stop)
    {
        using var hold = new LeaseHold(_options, _time, sentAt, stop);
        _hold = hold;
        Interlocked.Increment(ref _terms);
        LogMessages.LeadershipGained(_log, _options.Lease.ToString(), _options.Identity);
        var work = WorkAsync(lead, hold);
        await RenewUntilEndAsync(hold);
        try
        {
            // The renewals have ended: nothing writes the lease for this term any more (L2).
            await work;
        }
        finally
        {
            var isHeld = hold.IsValid;
            _hold = null;
            LogMessages.LeadershipEnded(_log, _options.Lease.ToString(), isHeld ? "released" : "lost");
            if (isHeld)
            {
                await ReleaseAsync();
            }
        }
    }

    private static async Task WorkAsync(Func<CancellationToken, Task> lead, LeaseHold hold)
    {
        try
        {
            await lead(hold.Term);
        }
        catch (OperationCanceledException) when (hold.Term.IsCancellationRequested)
        {
            // This is how it stops.
        }
        finally
        {
            hold.WorkEnded();
        }
    }

    private async Task RenewUntilEndAsync(LeaseHold hold)
    {
        try
        {
            while (!hold.Wake.IsCancellationRequested)
            {
                await Task.Delay(_options.RetryPeriod, _time, hold.Wake);
                if (!hold.IsValid)
                {
                    // Frozen past the deadline: the clock knows before the timer does (L7).
                    hold.Lose();
                    return;
                }

                if (await AttemptAsync(token => RenewAsync(hold, token), hold.Wake) is { } sentAt)
                {
                    hold.Renewed(sentAt);
                }
            }
        }
        catch (OperationCanceledException) when (hold.Wake.IsCancellationRequested)
        {
            // The work has ended, or the lease is lost.
        }
    }

    private async Task<long?> RenewAsync(LeaseHold hold, CancellationToken cancellationToken)
    {
        var sentAt = await WriteHeldAsync(Renewed, cancellationToken);
        if (sentAt is null)
        {
            hold.Lose();
        }

        return sentAt;
    }

    // Bounded: at worst the successor waits for the lease to expire.
    private async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(_options.RetryPeriod, _time);
        try
        {
            await AttemptAsync(token => WriteHeldAsync(Released, token), limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // It expires by itself.
        }
    }

    // Null if the lease is not ours any more.
    private async Task<long?> WriteHeldAsync(Func<LeaseSpec> spec, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync(spec(), cancellationToken);
        }
        catch (KubernetesApiException refusal) when (refusal.IsConflict || refusal.IsNotFound)
        {
            // Somebody else wrote, or our last write did arrive after all.
            _seen.See(await ReadAsync(cancellationToken));
        }

        return _seen.Lease is not null && _seen.Holder == _options.Identity
            ? await WriteAsync(spec(), cancellationToken)
            : null;
    }

    private LeaseSpec Ours() => new()
    {
        HolderIdentity = _options.Identity,
        LeaseDurationSeconds = (int)Math.Ceiling(_options.LeaseDuration.TotalSeconds),
        RenewTime = _time.GetUtcNow(),
    };

    private LeaseSpec Renewed() => Ours() with
    {
        AcquireTime = _seen.Spec.AcquireTime,
        LeaseTransitions = _seen.Spec.LeaseTransitions,
    };

    private LeaseSpec Released() => Renewed() with { HolderIdentity = null, LeaseDurationSeconds = 1 };

    private async Task<Lease?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var request = ApiRequests.Get(Lease.Type, _options.Lease);
            return await _client.SendAsync(request, LeaseJsonContext.Default.Lease, cancellationToken);
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound)
        {
            return null;
        }
    }

    private async Task<long?> WriteAsync(LeaseSpec spec, CancellationToken cancellationToken)
    {
        var sentAt = _time.GetTimestamp();
        var request = _seen.Lease is { } lease
            ? LeaseRequests.Patch(_options.Lease, lease.Metadata.ResourceVersion, spec)
            : LeaseRequests.Create(_options.Lease, spec);
        _seen.See(await _client.SendAsync(request, LeaseJsonContext.Default.Lease, cancellationToken));
        return sentAt;
    }

    // A fault is a failed attempt, whatever it is; the loop goes on (L6). One line when attempts begin to fail.
    private async Task<long?> AttemptAsync(
        Func<CancellationToken, Task<long?>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            var sentAt = await attempt(cancellationToken);
            _failing = false;
            return sentAt;
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_failing && exception is not KubernetesApiException { StatusCode: 409 })
            {
                _failing = true;
                LogMessages.LeaseFailed(_log, _options.Lease.ToString(), exception.Message);
            }

            return null;
        }
    }

    private static TimeSpan Longest(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
