namespace Reconciler.Simulation.Checks;

/// <summary>What a committed ledger version announced.</summary>
/// <param name="Uid">The resource it was announced for.</param>
/// <param name="Key">Where we choose the key: the one it may use.</param>
internal readonly record struct Announced(string Uid, TimeSpan At, string? Key);
