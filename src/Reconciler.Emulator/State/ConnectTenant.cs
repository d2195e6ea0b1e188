namespace Reconciler.Emulator.State;

/// <summary>One installation of a Connect app; its modules are found under <see cref="ClientKey"/>.</summary>
public sealed record ConnectTenant(string ClientKey, string AppKey, string SharedSecret, ConnectProduct Product)
{
    public override string ToString() => $"tenant {ClientKey} (redacted)";
}
