using System.Text.Json;

namespace Reconciler.Kubernetes.Api;

/// <summary>
/// An object that arrived but could not be decoded (W11). Where its metadata could be read, the key says which object
/// to fetch again and the version how far the stream has come.
/// </summary>
public sealed record Undecodable(ObjectKey? Key, string? ResourceVersion, string Reason)
{
    /// <summary>Looks for metadata in an object that may be of a wrong shape or cut off.</summary>
    public static Undecodable Describe(ReadOnlySpan<byte> json, string reason)
    {
        string name = "", space = "", version = "";
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: false, state: default);
            ReadMetadata(ref reader, ref name, ref space, ref version);
        }
        catch (JsonException)
        {
            // What was found up to the broken byte still counts.
        }

        return new Undecodable(
            name.Length > 0 ? new ObjectKey(space, name) : null, version.Length > 0 ? version : null, reason);
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, ref string name, ref string space, ref string version)
    {
        var inMetadata = false;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject && inMetadata && reader.CurrentDepth == 1)
            {
                return;
            }

            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.CurrentDepth == 1)
            {
                inMetadata = reader.ValueTextEquals("metadata"u8);
            }
            else if (inMetadata && reader.CurrentDepth == 2)
            {
                var field = reader.ValueTextEquals("name"u8) ? 0
                    : reader.ValueTextEquals("namespace"u8) ? 1
                    : reader.ValueTextEquals("resourceVersion"u8) ? 2 : -1;
                if (field < 0 || !reader.Read() || reader.TokenType != JsonTokenType.String)
                {
                    continue;
                }

                _ = field switch
                {
                    0 => name = reader.GetString()!,
                    1 => space = reader.GetString()!,
                    _ => version = reader.GetString()!,
                };
            }
        }
    }
}
