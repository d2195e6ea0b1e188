using System.Collections.Immutable;

namespace Reconciler.Operator.Console;

/// <summary>What the page shows of everything. Holds no time of its own: equal states give equal text.</summary>
internal sealed record Overview
{
    public required string Version { get; init; }

    /// <summary>Name of this process in ledgers and the lease.</summary>
    public required string Identity { get; init; }

    public required string Scope { get; init; }

    /// <summary>Passes are made by this replica; else plan and drift are known elsewhere only.</summary>
    public required bool Leading { get; init; }

    /// <summary>The caches have been filled; before that the list may lack something.</summary>
    public required bool Synced { get; init; }

    public required ImmutableArray<InstallationLine> Installations { get; init; }
}

/// <summary>One installation in the list.</summary>
internal sealed record InstallationLine
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>One of <see cref="States"/>.</summary>
    public required string State { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? Since { get; init; }

    public string? Api { get; init; }

    /// <summary>Without user, query and fragment.</summary>
    public string? Address { get; init; }

    public QuotaBar? Quota { get; init; }

    /// <summary>DynamicModules by state.</summary>
    public required ImmutableSortedDictionary<string, int> Modules { get; init; }

    public int Drifted { get; init; }

    public int OpenIntents { get; init; }

    public int Orphans { get; init; }

    public int Unmanaged { get; init; }

    /// <summary>When a pass last saw the whole remote set: this replica's own, else that of the status.</summary>
    public DateTimeOffset? LastSync { get; init; }

    public DateTimeOffset? CredentialsExpireAt { get; init; }

    public LeftToDo? Left { get; init; }

    /// <summary>Differs whenever the installation's page may differ.</summary>
    public required int Revision { get; init; }
}

internal sealed record QuotaBar(int Used, int Limit);

/// <summary>Changes that the last pass planned and did not carry out.</summary>
internal sealed record LeftToDo(string? Hash, int Creates, int Updates, int Deletes);
