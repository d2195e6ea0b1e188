namespace Reconciler.Core.Modules;

/// <summary>What happens to the remote module when its DynamicModule is deleted.</summary>
public enum DeletionPolicy { Delete, Orphan }

/// <summary>What happens when a bound remote module has vanished. Hold waits for a human.</summary>
public enum MissingPolicy { Recreate, Hold }

/// <summary>The resource that owns a remote module. <paramref name="Uid"/> is the identity, the names are for people
/// and for re-keying after a restore (crash-safety.md §6).</summary>
public sealed record ModuleOwner(string Uid, string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}/{Name}";
}

/// <summary>One DynamicModule as planning sees it. Invalid data never gets this far:
/// see <see cref="Invalid"/>.</summary>
public sealed record DesiredModule(ModuleOwner Owner, ModuleContent Content)
{
    public long Generation { get; init; } = 1;

    /// <summary><c>spec.key</c>, client-keyed APIs only.</summary>
    public string? RequestedKey { get; init; }

    /// <summary><c>spec.importKey</c>: bind to this existing remote module instead of registering.</summary>
    public string? ImportKey { get; init; }

    public DeletionPolicy DeletionPolicy { get; init; } = DeletionPolicy.Delete;

    /// <summary>Null: the default of the type (Hold for reference-bearing types, else Recreate).</summary>
    public MissingPolicy? OnMissing { get; init; }

    public bool AllowDuplicate { get; init; }
    public bool Suspended { get; init; }

    /// <summary>The resource has a deletionTimestamp.</summary>
    public bool Deleting { get; init; }

    /// <summary>Our finalizer is on the resource, acknowledged by the API server (T1). No create without it.</summary>
    public bool Guarded { get; init; } = true;

    /// <summary><c>reconciler.io/abandon: "true"</c>: release now, keep resolving in the background (T10i).</summary>
    public bool Abandoned { get; init; }

    /// <summary>A force token that changed since the last handled one:
    /// retries what was refused for good (I12).</summary>
    public bool Forced { get; init; }

    /// <summary>The key last mirrored to the resource's status: evidence after a ledger loss,
    /// never authority.</summary>
    public string? MirroredKey { get; init; }

    /// <summary>Its namespace may not use the Installation. It takes no part; only what it bound before stays bound,
    /// and is deleted with it.</summary>
    public bool NotAllowed { get; init; }

    /// <summary>Why the spec cannot be used (not an object, too large, key not allowed); null when valid.</summary>
    public string? Invalid { get; init; }
}
