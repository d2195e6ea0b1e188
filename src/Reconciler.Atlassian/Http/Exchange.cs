using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Http;

/// <summary>How far a request got. The difference between the last two decides whether a create may be repeated.</summary>
internal abstract record Exchange
{
    private Exchange() { }

    /// <summary>A status line came back.</summary>
    public sealed record Answered(RemoteReply Reply) : Exchange;

    /// <summary>Not one byte of the body was handed to the socket: provably not done.</summary>
    public sealed record NotSent(RemoteFault Fault) : Exchange;

    /// <summary>Sent, or partly, and no status line came back: may have been done, now or later.</summary>
    public sealed record Lost(RemoteFault Fault) : Exchange;
}
