using System.Text.Json;

namespace Reconciler.Emulator.State;

/// <summary>
/// A change by another actor. With <see cref="Delete"/>: removes <see cref="Key"/>. With <see cref="TwinOf"/>: adds an
/// exact copy under a new key. Otherwise adds, or updates when <see cref="Key"/> exists.
/// </summary>
public sealed record ForeignWrite
{
    public string Installation { get; init; } = EmulatorOptions.DefaultInstallation;

    public ModuleApi Api { get; init; }

    /// <summary>Null lets the emulator make one.</summary>
    public string? Key { get; init; }

    public string? Type { get; init; }

    public JsonElement? Data { get; init; }

    public string? TwinOf { get; init; }

    public bool Delete { get; init; }
}
