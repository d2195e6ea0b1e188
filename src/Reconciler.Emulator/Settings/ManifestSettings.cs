namespace Reconciler.Emulator.Settings;

/// <summary>
/// What the deployed manifest declares. Static keys hide dynamic modules from the list (SEED 000).
/// A null reference list switches that reference check off (reference §2.8).
/// </summary>
public sealed record ManifestSettings
{
    public IReadOnlyList<string> Keys { get; init; } = [];

    public IReadOnlyList<string>? Functions { get; init; }

    public IReadOnlyList<string>? Endpoints { get; init; }

    public IReadOnlyList<string>? Resources { get; init; }
}
