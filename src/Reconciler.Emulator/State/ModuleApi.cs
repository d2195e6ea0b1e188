using System.Text.Json.Serialization;

namespace Reconciler.Emulator.State;

/// <summary>
/// A set of modules of one installation. The container route has none of its own: its sidecar forwards to v1
/// (reference §4).
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModuleApi>))]
public enum ModuleApi
{
    [JsonStringEnumMemberName("v2")]
    ForgeV2,

    [JsonStringEnumMemberName("v1")]
    ForgeV1,

    [JsonStringEnumMemberName("connectJira")]
    ConnectJira,

    [JsonStringEnumMemberName("connectConfluence")]
    ConnectConfluence,
}
