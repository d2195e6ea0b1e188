namespace Reconciler.Core.Modules;

/// <summary>Names one Installation resource: the unit of queueing, listing, planning and writing.</summary>
public readonly record struct InstallationKey(string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}/{Name}";
}
