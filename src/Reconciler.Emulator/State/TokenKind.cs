using System.Text.Json.Serialization;

namespace Reconciler.Emulator.State;

/// <summary>What a bearer token stands for; only one kind may use the Forge APIs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TokenKind>))]
public enum TokenKind
{
    /// <summary>The app system token (<c>asApp</c>).</summary>
    [JsonStringEnumMemberName("app")]
    App,

    /// <summary>A user or 3LO token: wrong class for these APIs (SEED 000).</summary>
    [JsonStringEnumMemberName("user")]
    User,

    /// <summary>A valid token without permission on the installation.</summary>
    [JsonStringEnumMemberName("stranger")]
    Stranger,
}
