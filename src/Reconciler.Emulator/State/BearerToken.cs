namespace Reconciler.Emulator.State;

/// <summary>A bearer token and what it opens. Logs and state name it by <see cref="Id"/> only.</summary>
public sealed record BearerToken(
    string Id, string Secret, string Installation, TokenKind Kind, DateTimeOffset? ExpiresAt)
{
    public override string ToString() => $"token {Id} (redacted)";
}
