using System.Text.Json.Serialization;

namespace Reconciler.Emulator.Settings;

/// <summary>The order of a list answer; none is documented (reference §2.3), so clients must survive each.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ListOrder>))]
public enum ListOrder
{
    /// <summary>Oldest first.</summary>
    [JsonStringEnumMemberName("insertion")]
    Insertion,

    /// <summary>Ordinal by key, as a scan with a sort key yields it.</summary>
    [JsonStringEnumMemberName("key")]
    Key,

    /// <summary>By a hash of seed and key: stable between pages, unrelated to age or key.</summary>
    [JsonStringEnumMemberName("shuffled")]
    Shuffled,
}
