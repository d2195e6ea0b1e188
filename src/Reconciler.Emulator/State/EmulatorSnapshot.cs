namespace Reconciler.Emulator.State;

/// <summary>The whole state at one instant; <see cref="Seq"/> is the last logged request it includes.</summary>
public sealed record EmulatorSnapshot(
    long Seq,
    DateTimeOffset Time,
    int Seed,
    int InFlight,
    IReadOnlyList<InstallationSnapshot> Installations)
{
    public InstallationSnapshot? Find(string installation) =>
        Installations.FirstOrDefault(candidate => candidate.Id == installation);
}

/// <summary>One installation with its modules, by API name (v2, v1, connectJira, connectConfluence).</summary>
public sealed record InstallationSnapshot(
    string Id,
    bool Installed,
    DateTimeOffset InstalledAt,
    IReadOnlyDictionary<string, int> Counts,
    IReadOnlyDictionary<string, IReadOnlyList<StoredModule>> Modules,
    IReadOnlyList<TokenSnapshot> Tokens);

/// <summary>A token without its secret.</summary>
public sealed record TokenSnapshot(string Id, TokenKind Kind, DateTimeOffset? ExpiresAt);
