using System.Text.Json.Serialization;

namespace Reconciler.Emulator.Settings;

/// <summary>What happens to input that the public pages disagree about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Leniency>))]
public enum Leniency
{
    /// <summary>The input is taken, or dropped without a word where it has no meaning.</summary>
    [JsonStringEnumMemberName("accept")]
    Accept,

    /// <summary>The input is refused.</summary>
    [JsonStringEnumMemberName("reject")]
    Reject,
}
