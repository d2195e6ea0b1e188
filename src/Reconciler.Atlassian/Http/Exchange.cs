using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Http;

/// <summary>How far a request got. The difference between the last two decides whether a create may be
/// repeated.</summary>
internal abstract record Exchange
{
    private Exchange() { }

    /// <summary>The reply, or why there is none to judge: one of the two is null. A success whose body is incomplete
    /// counts as none.</summary>
    public (RemoteReply? Reply, RemoteFault? Failure) Open() => this switch
    {
        Answered { Reply: { IsSuccess: true, BodyFault: { } broken } } => (null, broken),
        Answered { Reply: var reply } => (reply, null),
        NotSent { Fault: var notSent } => (null, notSent),
        Lost { Fault: var lost } => (null, lost),
        _ => throw new InvalidOperationException("The exchanges are a closed set."),
    };

    /// <summary>A status line came back.</summary>
    public sealed record Answered(RemoteReply Reply) : Exchange;

    /// <summary>Not one byte of the body was handed to the socket: provably not done.</summary>
    public sealed record NotSent(RemoteFault Fault) : Exchange;

    /// <summary>Sent, or partly, and no status line came back: may have been done, now or later.</summary>
    public sealed record Lost(RemoteFault Fault) : Exchange;
}
