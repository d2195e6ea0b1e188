using System.Text.Json;

namespace Reconciler.Emulator.Lifecycle;

/// <summary>The body of <c>POST /_emulator/invocations</c> and of <c>PUT /_emulator/pump</c>.</summary>
internal sealed record InvocationOrder
{
    public string? Installation { get; set; }

    /// <summary>Where to deliver; null only mints.</summary>
    public Uri? Url { get; set; }

    public string ModuleKey { get; set; } = "token-refresh";

    /// <summary>A lifecycle event's name; null is a scheduled trigger.</summary>
    public string? Event { get; set; }

    /// <summary>Laid over the claims of the invocation token; null removes one.</summary>
    public JsonElement? Claims { get; set; }

    /// <summary>Signs with a key that is not published.</summary>
    public bool Forged { get; set; }

    /// <summary>For the pump alone.</summary>
    public int IntervalMs { get; set; } = 60_000;
}
