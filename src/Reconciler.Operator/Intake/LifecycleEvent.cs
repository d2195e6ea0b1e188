using System.Text.Json;

namespace Reconciler.Operator.Intake;

/// <summary>
/// Which call this is, read from its body: an installation, an upgrade, or (everything else, nonsense included) a
/// scheduled trigger. The body proves nothing; who calls is told by the verified token alone. Payloads:
/// reference.md §6.5.
/// </summary>
internal static class LifecycleEvent
{
    public const string Installed = "installed";
    public const string Upgraded = "upgraded";

    private const int DepthMax = 16;

    /// <returns><see cref="Installed"/>, <see cref="Upgraded"/>, or null.</returns>
    public static string? Read(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = DepthMax });
        try
        {
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName && Named(ref json) is { } found)
                {
                    return found;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, too deep, or a text that is no Unicode: a call all the same.
        }

        return null;
    }

    // The envelope around a payload is not documented for remotes: the name is taken wherever it stands, and the two
    // members that only one of the events has stand in for it.
    private static string? Named(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("installerAccountId"u8))
        {
            return Installed;
        }

        if (json.ValueTextEquals("upgraderAccountId"u8))
        {
            return Upgraded;
        }

        if (!json.ValueTextEquals("eventType"u8) || !json.Read() || json.TokenType != JsonTokenType.String)
        {
            return null;
        }

        return json.ValueTextEquals("avi:forge:installed:app"u8) ? Installed
            : json.ValueTextEquals("avi:forge:upgraded:app"u8) ? Upgraded
            : null;
    }
}
