namespace Reconciler.Emulator.State;

/// <summary>One API request, written in the same instant as its effect. It never holds a credential.</summary>
public sealed record RequestLogEntry
{
    public required long Seq { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When the answer was decided and the effect, if any, took place.</summary>
    public required DateTimeOffset Time { get; init; }

    public required string Verb { get; init; }

    public required string Path { get; init; }

    public required string Query { get; init; }

    /// <summary>v2, v1, container, connectJira, connectConfluence, or empty when no API matched.</summary>
    public required string Api { get; init; }

    /// <summary>The status that was sent, 0 when the connection was cut or left hanging.</summary>
    public required int Status { get; init; }

    /// <summary>The state changed because of this request; set later when a late commit happens.</summary>
    public required bool Committed { get; init; }

    public DateTimeOffset? CommittedLateAt { get; init; }

    public string? TokenId { get; init; }

    public string? Installation { get; init; }

    /// <summary>The module key the request concerned or made, where there is one.</summary>
    public string? Key { get; init; }

    /// <summary>The fault rule that touched the request.</summary>
    public string? Fault { get; init; }

    /// <summary>The value of <c>X-Reconciler-Attempt</c>: recorded, never acted upon.</summary>
    public string? Attempt { get; init; }

    /// <summary>The request body, at most 64 KiB of it.</summary>
    public string? Body { get; init; }
}
