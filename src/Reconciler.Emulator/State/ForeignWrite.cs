using System.Text.Json;

namespace Reconciler.Emulator.State;

/// <summary>
/// A change by another actor. With <see cref="Delete"/>: removes <see cref="Key"/>. With <see cref="TwinOf"/>: adds an
/// exact copy under a new key. Otherwise adds, or updates when <see cref="Key"/> exists.
/// </summary>
public sealed record ForeignWrite
{
    public string Installation { get; set; } = EmulatorOptions.DefaultInstallation;

    public ModuleApi Api { get; set; }

    /// <summary>Null lets the emulator make one.</summary>
    public string? Key { get; set; }

    public string? Type { get; set; }

    public JsonElement? Data { get; set; }

    public string? TwinOf { get; set; }

    public bool Delete { get; set; }
}
