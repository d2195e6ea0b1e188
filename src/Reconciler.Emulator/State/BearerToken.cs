namespace Reconciler.Emulator.State;

/// <summary>A bearer token and what it opens. Logs and state name it by <see cref="Id"/> only.</summary>
public sealed record BearerToken(
    string Id, string Secret, string Installation, TokenKind Kind, DateTimeOffset? ExpiresAt)
{
    /// <summary>Minted for an invocation, so that the next one may deliver it again.</summary>
    public bool IsSystem { get; init; }

    public override string ToString() => $"token {Id} (redacted)";
}
