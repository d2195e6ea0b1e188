namespace Reconciler.Emulator.Lifecycle;

/// <summary>What Forge hands a remote: proof of the call and, with it, the app system token.</summary>
internal sealed record Invocation(
    string Id, string Installation, string ModuleKey, string Fit, string SystemToken, DateTimeOffset TokenExpiresAt)
{
    public override string ToString() => $"invocation {Id} (redacted)";
}
