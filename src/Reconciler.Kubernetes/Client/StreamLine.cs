namespace Reconciler.Kubernetes.Client;

/// <summary>What a stream yields. The bytes are valid until the next read.</summary>
public readonly record struct StreamLine(StreamLineKind Kind, ReadOnlyMemory<byte> Bytes)
{
    public static readonly StreamLine End = new(StreamLineKind.End, default);
}

/// <summary>Whether a line is whole.</summary>
public enum StreamLineKind
{
    /// <summary>The server closed the stream. Bytes without a line end are dropped: they are half an event.</summary>
    End,

    /// <summary>A whole line, without its line end; never empty.</summary>
    Line,

    /// <summary>A line over the limit: the bytes are its beginning, the rest is skipped (W11).</summary>
    TooLong,
}
