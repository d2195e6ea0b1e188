namespace Reconciler.Kubernetes.Leases;

/// <summary>
/// What we have seen of the lease, and since when on our own monotonic clock. The holder's clock does not matter: a
/// lease expires when nothing in it has changed for its own duration (L1).
/// </summary>
internal sealed class LeaseObservation(TimeProvider time, TimeSpan fallbackDuration)
{
    private long _changedAt;

    public Lease? Lease { get; private set; }

    public LeaseSpec Spec => Lease?.Spec ?? new LeaseSpec();

    public string Holder => Spec.HolderIdentity ?? "";

    /// <summary>Time left before the lease may be taken; zero if it is free or expired.</summary>
    public TimeSpan ExpiresIn
    {
        get
        {
            if (Holder.Length == 0)
            {
                return TimeSpan.Zero;
            }

            var duration = Spec.LeaseDurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : fallbackDuration;
            var left = duration - time.GetElapsedTime(_changedAt);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void See(Lease? lease)
    {
        if (Lease is null || lease is null || lease.Spec != Lease.Spec || lease.Metadata.Uid != Lease.Metadata.Uid)
        {
            _changedAt = time.GetTimestamp();
        }

        Lease = lease;
    }
}
