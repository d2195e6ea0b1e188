namespace Reconciler.Emulator.Faults;

/// <summary>
/// Which requests a fault meets, and what it does. Rules are tried in order; the first that fires wins.
/// Matching requests are counted from 1; the rule fires on numbers ≥ <see cref="Nth"/>, at most
/// <see cref="Count"/> times, each time with <see cref="Probability"/>.
/// </summary>
public sealed record FaultRule
{
    /// <summary>Given by the emulator when absent.</summary>
    public string? Id { get; set; }

    public required FaultKind Kind { get; set; }

    /// <summary>Null meets every verb.</summary>
    public string? Verb { get; set; }

    /// <summary>A regular expression searched in the raw path and query. Null meets every path.</summary>
    public string? Path { get; set; }

    /// <summary>A regular expression searched in the body. Null meets every body.</summary>
    public string? BodyPattern { get; set; }

    /// <summary>Null meets every installation.</summary>
    public string? Installation { get; set; }

    public int Nth { get; set; } = 1;

    /// <summary>Null fires for ever.</summary>
    public int? Count { get; set; }

    public double Probability { get; set; } = 1;

    public int? Status { get; set; }

    public string? Body { get; set; }

    public IReadOnlyDictionary<string, string>? Headers { get; set; }

    public int? DelayMs { get; set; }

    public int? Bytes { get; set; }
}
