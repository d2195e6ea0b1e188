using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Hosting;

/// <summary>How an answer travels back. A closed set: the transport does exactly one of these.</summary>
internal abstract record Delivery
{
    private Delivery()
    {
    }

    /// <summary>The whole answer.</summary>
    public sealed record Send(WireResponse Response) : Delivery;

    /// <summary>Headers and half of the body, then the connection is cut.</summary>
    public sealed record Cut(WireResponse Response) : Delivery;

    /// <summary>The connection is cut without an answer.</summary>
    public sealed record Drop : Delivery;

    /// <summary>Silence until the client leaves or the limit passes; then the connection is cut.</summary>
    public sealed record Hang(TimeSpan? Limit) : Delivery;

    /// <summary>The body in pieces, spread over <paramref name="Duration"/>.</summary>
    public sealed record Slow(WireResponse Response, TimeSpan Duration) : Delivery;
}
