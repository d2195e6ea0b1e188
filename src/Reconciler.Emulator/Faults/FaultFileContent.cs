using System.Text.Json;

namespace Reconciler.Emulator.Faults;

/// <summary>The content of a fault file.</summary>
internal sealed record FaultFileContent
{
    /// <summary>Only the knobs that differ from the defaults.</summary>
    public JsonElement? Settings { get; set; }

    public IReadOnlyList<FaultRule> Faults { get; set; } = [];
}
