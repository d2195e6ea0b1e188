namespace Reconciler.Emulator.Settings;

/// <summary>
/// What the deployed manifest declares. Static keys hide dynamic modules from the list (SEED 000).
/// A null reference list switches that reference check off (reference §2.8).
/// </summary>
public sealed record ManifestSettings
{
    public IReadOnlyList<string> Keys { get; set; } = [];

    public IReadOnlyList<string>? Functions { get; set; }

    public IReadOnlyList<string>? Endpoints { get; set; }

    public IReadOnlyList<string>? Resources { get; set; }
}
