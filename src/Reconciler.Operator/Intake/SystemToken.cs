using Reconciler.Atlassian.Credentials;

namespace Reconciler.Operator.Intake;

/// <summary>The app system token that came with a call: opaque except for its end (X8). Never prints itself.</summary>
internal sealed class SystemToken
{
    private const int LengthMax = 16 * 1024;

    /// <summary>With less left it is not used any more, so taking it is no use (reference.md §6.4).</summary>
    private static readonly TimeSpan LifeMin = TimeSpan.FromSeconds(60);

    private SystemToken(string value) =>
        (Value, ExpiresAt) = (value, new Credential.Bearer(value).ExpiresAt);

    public string Value { get; }

    /// <summary>Null when the token does not say.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <returns>Null when it cannot be a header's value.</returns>
    public static SystemToken? TryParse(string? text) =>
        text is { Length: > 0 and <= LengthMax } && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? new(text)
            : null;

    public bool IsUsable(DateTimeOffset now) => ExpiresAt is not { } end || end - now >= LifeMin;

    public override string ToString() => "(redacted)";
}
