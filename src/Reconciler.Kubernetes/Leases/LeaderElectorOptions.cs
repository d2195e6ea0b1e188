using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Leases;

/// <summary>Which lease, who we are, and the times. <see cref="LeaseDuration"/> &gt; <see cref="RenewDeadline"/> &gt;
/// <see cref="RetryPeriod"/>.</summary>
/// <param name="Lease">Namespace and name of the Lease.</param>
/// <param name="Identity">Unique for each process, also across restarts of one pod.</param>
public sealed record LeaderElectorOptions(ObjectKey Lease, string Identity)
{
    /// <summary>Others wait this long without a renewal before they take over. Whole seconds.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>We stop leading this long after the last renewal was sent.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two renewals, and the longest wait between two attempts to acquire.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    internal static LeaderElectorOptions Validate(LeaderElectorOptions options)
    {
        var isOrdered = options.LeaseDuration > options.RenewDeadline && options.RenewDeadline > options.RetryPeriod
            && options.RetryPeriod > TimeSpan.Zero && options.LeaseDuration >= TimeSpan.FromSeconds(1);
        return isOrdered && options.Identity.Length > 0 ? options : throw new ArgumentException(
            "Leader election needs an identity, a lease duration of at least 1 s, and "
            + "lease duration > renew deadline > retry period > 0.",
            nameof(options));
    }
}
