namespace Reconciler.Atlassian.Credentials;

/// <summary>
/// What a request is authenticated with; one case per way of the remote APIs. Holds secrets, so no case ever prints
/// itself. Equal by value: a reload that brings nothing new is told from one that does.
/// </summary>
public abstract record Credential
{
    private Credential() { }

    /// <summary>The values that must never appear in a message, longest form first.</summary>
    internal abstract IEnumerable<string> Secrets { get; }

    public sealed override string ToString() => "(redacted)";

    /// <summary>Forge: the app system token, opaque except for <c>exp</c> when it is a JWT (reference.md X8).</summary>
    public sealed record Bearer(string Token) : Credential
    {
        // A file or `echo` leaves a line break behind; no token has blanks at its ends.
        public string Token { get; } = Token.Trim();

        /// <summary>When the token ends, null when it does not say.</summary>
        public DateTimeOffset? ExpiresAt => TokenExpiry.Read(Token);

        internal override IEnumerable<string> Secrets => [Token];
    }

    /// <summary>Forge Containers: either id is enough, both are sent when both are known (reference.md X9).</summary>
    public sealed record Container(string? InvocationId, string? InstallationId) : Credential
    {
        public string? InvocationId { get; } = InvocationId?.Trim();

        public string? InstallationId { get; } = InstallationId?.Trim();

        // The invocation id is a capability while the invocation lives; the installation id is public.
        internal override IEnumerable<string> Secrets => InvocationId is null ? [] : [InvocationId];
    }

    /// <summary>Connect: the app key names the app, the shared secret of the installed callback signs.</summary>
    public sealed record Connect(string AppKey, string SharedSecret) : Credential
    {
        public string AppKey { get; } = AppKey.Trim();

        /// <summary>Signed with as it is, but for a line break at its end.</summary>
        public string SharedSecret { get; } = SharedSecret.TrimEnd('\r', '\n');

        internal override IEnumerable<string> Secrets => [SharedSecret];
    }
}
