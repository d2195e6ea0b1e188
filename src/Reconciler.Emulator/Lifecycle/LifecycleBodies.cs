using Reconciler.Emulator.State;

namespace Reconciler.Emulator.Lifecycle;

/// <summary>The body of <c>POST /_emulator/lifecycle/{step}</c>.</summary>
internal sealed record LifecycleRequest
{
    public string? Installation { get; set; }

    /// <summary>Makes or replaces a Connect tenant; only for install.</summary>
    public ConnectTenant? Connect { get; set; }

    /// <summary>The static module keys of the version that is now installed.</summary>
    public IReadOnlyList<string>? StaticKeys { get; set; }

    public bool Major { get; set; }

    public string? SharedSecret { get; set; }

    /// <summary>Where the lifecycle event is delivered; null delivers none.</summary>
    public Uri? Url { get; set; }

    public override string ToString() => $"lifecycle of {Installation} (redacted)";
}

/// <summary>What a step led to. The secrets are for whoever drove it.</summary>
internal sealed record LifecycleBody(string Installation)
{
    public string? Token { get; init; }

    public string? SharedSecret { get; init; }

    /// <summary>Dynamic modules that a static conflict wiped.</summary>
    public int Removed { get; init; }

    /// <summary>What the event's receiver answered; null when nothing was sent.</summary>
    public int? Delivered { get; init; }

    public override string ToString() => $"lifecycle of {Installation} (redacted)";
}
