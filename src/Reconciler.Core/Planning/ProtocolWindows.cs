namespace Reconciler.Core.Planning;

/// <summary>
/// The waits of the protocol (crash-safety.md §5). All are measured by the waiting process on its own monotonic clock,
/// from its own first sight; wall clocks decide nothing (L5).
/// </summary>
public sealed record ProtocolWindows
{
    /// <summary>D_send: a POST starts within this time of its announcement or not at all.</summary>
    public TimeSpan Send { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>T_http: the longest we wait for an answer.</summary>
    public TimeSpan Http { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>T_srv: the longest the remote may commit after we left.</summary>
    public TimeSpan Server { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>ε: the longest a committed change is missing from lists.</summary>
    public TimeSpan Consistency { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Margin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>T_tomb: how long late commits are recognised.</summary>
    public TimeSpan Tombstone { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long an owner must have been gone without a deletion before its module is deleted: a restore brings
    /// resources back one by one. Zero for a run over files, where absence is the way to say delete.</summary>
    public TimeSpan Vanished { get; init; } = TimeSpan.FromHours(1);

    /// <summary>T10x: how long the remote must refuse us before a deleted resource is released as gone with
    /// it.</summary>
    public TimeSpan Gone { get; init; } = TimeSpan.FromHours(24);

    /// <summary>W: after this long without a trace, an unknown create did not happen.</summary>
    public TimeSpan Resolution => Send + Http + Server + Consistency + Margin;
}
