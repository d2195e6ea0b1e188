namespace Reconciler.Emulator.Faults;

/// <summary>
/// Which requests a fault meets, and what it does. Rules are tried in order; the first that fires wins.
/// Matching requests are counted from 1; the rule fires on numbers ≥ <see cref="Nth"/>, at most
/// <see cref="Count"/> times, each time with <see cref="Probability"/>.
/// </summary>
public sealed record FaultRule
{
    /// <summary>Given by the emulator when absent.</summary>
    public string? Id { get; init; }

    public required FaultKind Kind { get; init; }

    /// <summary>Null meets every verb.</summary>
    public string? Verb { get; init; }

    /// <summary>A regular expression searched in the raw path and query. Null meets every path.</summary>
    public string? Path { get; init; }

    /// <summary>A regular expression searched in the body. Null meets every body.</summary>
    public string? BodyPattern { get; init; }

    /// <summary>Null meets every installation.</summary>
    public string? Installation { get; init; }

    public int Nth { get; init; } = 1;

    /// <summary>Null fires for ever.</summary>
    public int? Count { get; init; }

    public double Probability { get; init; } = 1;

    public int? Status { get; init; }

    public string? Body { get; init; }

    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    public int? DelayMs { get; init; }

    public int? Bytes { get; init; }
}
