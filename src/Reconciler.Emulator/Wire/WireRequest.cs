namespace Reconciler.Emulator.Wire;

/// <summary>One request as it arrived: the raw target, so that percent-encoding and slashes stay visible.</summary>
internal sealed record WireRequest
{
    public required string Verb { get; init; }

    /// <summary>The path as sent, still percent-encoded.</summary>
    public required string Path { get; init; }

    /// <summary>The query as sent, without the question mark.</summary>
    public required string Query { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body was longer than the emulator reads; <see cref="Body"/> holds its beginning.</summary>
    public bool BodyTooLong { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public string? Header(string name) => Headers.TryGetValue(name, out string? value) ? value : null;
}
