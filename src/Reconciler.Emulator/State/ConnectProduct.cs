using System.Text.Json.Serialization;

namespace Reconciler.Emulator.State;

/// <summary>The product a Connect app is installed in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConnectProduct>))]
public enum ConnectProduct
{
    [JsonStringEnumMemberName("jira")]
    Jira,

    [JsonStringEnumMemberName("confluence")]
    Confluence,
}
