using System.Text.Json.Serialization;

namespace Reconciler.Emulator.Settings;

/// <summary>What a 201 carries; no public page prints one (reference §2.3).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CreatedBody>))]
public enum CreatedBody
{
    /// <summary>The module object.</summary>
    [JsonStringEnumMemberName("module")]
    Module,

    /// <summary>Only <c>{"key": …}</c>.</summary>
    [JsonStringEnumMemberName("keyOnly")]
    KeyOnly,

    /// <summary>No body; the header <c>Location</c> names the module.</summary>
    [JsonStringEnumMemberName("location")]
    Location,
}
