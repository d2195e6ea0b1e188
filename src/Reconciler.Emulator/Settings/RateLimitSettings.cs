namespace Reconciler.Emulator.Settings;

/// <summary>A token bucket per installation. Writes and reads cost one token each.</summary>
public sealed record RateLimitSettings
{
    public double PerSecond { get; set; } = 1;

    public int Burst { get; set; } = 1;

    public RateLimitForm Form { get; set; } = RateLimitForm.Seconds;
}
