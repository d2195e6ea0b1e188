using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Http;

/// <summary>A status line was read. The body may be incomplete: then <paramref name="BodyFault"/> says why.</summary>
internal sealed record RemoteReply(
    int Status, ReplyHeaders Headers, ReadOnlyMemory<byte> Body, RemoteFault? BodyFault = null)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>HTML: written by a proxy or a login page in between, never by the API.</summary>
    public bool IsPage => Body.Span.TrimStart(" \r\n\t\uFEFF"u8).StartsWith("<"u8);

    /// <summary>Values that must not be repeated in a message, should the remote echo them.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>How long the gate stays closed because of this reply; null when it does not throttle.</summary>
    public TimeSpan? Throttle { get; init; }
}
