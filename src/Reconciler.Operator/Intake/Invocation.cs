using System.Collections.Immutable;

namespace Reconciler.Operator.Intake;

/// <summary>What a verified Forge Invocation Token says (reference.md §6.3).</summary>
/// <param name="Fingerprint">SHA-256 of the token: tells one call from another without keeping the token.</param>
/// <param name="IssuedAt">When Forge made the call; the epoch if the token does not say.</param>
internal sealed record Invocation(
    ForgeInstallationId Installation, string AppId, string Fingerprint, DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt)
{
    /// <summary>Address of the product's API for this tenant; empty if the token does not say.</summary>
    public string ApiBaseUrl { get; init; } = "";

    /// <summary>DEVELOPMENT, STAGING or PRODUCTION; empty if the token does not say.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Sites of the installation, from its contexts.</summary>
    public ImmutableArray<string> CloudIds { get; init; } = [];
}
