using System.Collections.Immutable;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Execution;

/// <summary>Result of reading all pages. Only <see cref="Complete"/> may lead to a negative conclusion.</summary>
public abstract record ListOutcome
{
    private ListOutcome() { }

    /// <summary>Every page was 200, the loop ended without a token, no token repeated.</summary>
    public sealed record Complete(ImmutableArray<ObservedModule> Modules, string? Warning = null) : ListOutcome;

    public sealed record Failed(RemoteFault Fault) : ListOutcome;
}

/// <summary>Result of reading one module by key.</summary>
public abstract record LookupOutcome
{
    private LookupOutcome() { }

    public sealed record Found(ObservedModule Module) : LookupOutcome;

    public sealed record Absent : LookupOutcome;

    public sealed record Failed(RemoteFault Fault) : LookupOutcome;
}

/// <summary>Result of the one dangerous call (crash-safety.md §4). Unknown is never treated as failed.</summary>
public abstract record CreateOutcome
{
    private CreateOutcome() { }

    /// <summary>201 with a parseable key. <paramref name="Content"/> is null when it was not echoed.</summary>
    public sealed record Created(string Key, ModuleContent? Content) : CreateOutcome;

    /// <summary>Provably not done. <paramref name="Sent"/> is false when nothing was handed to the socket.</summary>
    public sealed record Refused(RemoteFault Fault, bool Sent = true) : CreateOutcome;

    /// <summary>May or may not have been committed, now or later.</summary>
    public sealed record Unknown(RemoteFault Fault) : CreateOutcome;
}

/// <summary>Result of registering several modules in one request, all or none.</summary>
public abstract record BatchOutcome
{
    private BatchOutcome() { }

    public sealed record Created : BatchOutcome;

    /// <summary>Provably none of them was registered; the fault may be that of a single one.</summary>
    public sealed record Refused(RemoteFault Fault, bool Sent = true) : BatchOutcome;

    /// <summary>May or may not have been committed, now or later.</summary>
    public sealed record Unknown(RemoteFault Fault) : BatchOutcome;
}

/// <summary>Result of an update. Idempotent: an unknown result is just <see cref="Failed"/> and is tried
/// again.</summary>
public abstract record UpdateOutcome
{
    private UpdateOutcome() { }

    public sealed record Updated(ModuleContent? Content) : UpdateOutcome;

    public sealed record Absent : UpdateOutcome;

    /// <param name="Restored">Of a replacement: the module is there again with its former definition.</param>
    public sealed record Failed(RemoteFault Fault, bool Restored = false) : UpdateOutcome;
}

/// <summary>Result of a delete. Idempotent: 404 is <see cref="Absent"/> and as good as <see cref="Deleted"/>.</summary>
public abstract record DeleteOutcome
{
    private DeleteOutcome() { }

    public sealed record Deleted : DeleteOutcome;

    public sealed record Absent : DeleteOutcome;

    public sealed record Failed(RemoteFault Fault) : DeleteOutcome;
}
