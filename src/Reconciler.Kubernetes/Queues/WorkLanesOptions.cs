namespace Reconciler.Kubernetes.Queues;

/// <summary>Tuning of <see cref="WorkLanes{TKey}"/>.</summary>
public sealed record WorkLanesOptions
{
    /// <summary>Quick work under way at the same time.</summary>
    public int Places { get; init; } = 10;

    /// <summary>Slow work under way at the same time, beside the quick.</summary>
    public int SlowPlaces { get; init; } = 40;

    /// <summary>Work that takes longer is slow.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);
}
