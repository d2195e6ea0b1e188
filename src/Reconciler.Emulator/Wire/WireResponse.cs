using System.Text;

namespace Reconciler.Emulator.Wire;

/// <summary>One complete answer, before any fault touches its delivery.</summary>
internal sealed record WireResponse(int Status)
{
    public const string Json = "application/json";

    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>No public source prints this body: it is our guess, and says so on the wire.</summary>
    public const string SyntheticHeader = "x-emulator-synthetic";

    public static WireResponse OfJson(int status, ReadOnlyMemory<byte> body) =>
        new(status) { Body = body, ContentType = Json };

    public static WireResponse OfJson(int status, string body) => OfJson(status, Encoding.UTF8.GetBytes(body));

    public WireResponse With(string header, string value) =>
        this with { Headers = [.. Headers, new(header, value)] };

    public WireResponse Synthetic() => With(SyntheticHeader, "true");
}
