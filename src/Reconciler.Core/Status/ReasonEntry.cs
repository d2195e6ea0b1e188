namespace Reconciler.Core.Status;

/// <summary>Who has to do something about a reason.</summary>
public enum Actor
{
    /// <summary>Nobody: it resolves itself.</summary>
    Nobody,

    /// <summary>Whoever writes the DynamicModule.</summary>
    ModuleAuthor,

    /// <summary>Whoever owns the Installation: credentials, policies, the app.</summary>
    InstallationOwner,

    /// <summary>Whoever runs the cluster and the operator.</summary>
    ClusterAdmin,
}

/// <summary>One row of the failure catalogue: what a reason means, who must act and how to mend it.</summary>
/// <param name="Meaning">One sentence in the present tense.</param>
/// <param name="Fix">What to do, or that nothing is to be done.</param>
/// <param name="Warning">The event is a Warning, not Normal.</param>
/// <param name="Alert">The alert that fires when it lasts; null when none does.</param>
public sealed record ReasonEntry(string Reason, string Meaning, Actor Actor, string Fix, bool Warning, string? Alert)
{
    /// <summary>The series that counts resources of this reason.</summary>
    public string Metric { get; init; } = $"reconciler_modules{{reason=\"{Reason}\"}}";

    /// <summary>Whether an event tells the transition to it.</summary>
    public bool HasEvent { get; init; } = true;

    /// <summary>Where docs/failures.md explains it.</summary>
    public string Anchor => Reason.ToLowerInvariant();
}
