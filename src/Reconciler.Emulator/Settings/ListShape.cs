using System.Text.Json.Serialization;

namespace Reconciler.Emulator.Settings;

/// <summary>The envelope of a list answer: the public pages contradict each other (reference §2.5, X1).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ListShape>))]
public enum ListShape
{
    /// <summary>A bare array when everything fits, <c>result</c> with <c>lastEvaluatedKey</c> otherwise.</summary>
    [JsonStringEnumMemberName("default")]
    Default,

    /// <summary>Always a bare array; the cursor is lost (P1).</summary>
    [JsonStringEnumMemberName("array")]
    Array,

    /// <summary>The envelope of the container reference (P4).</summary>
    [JsonStringEnumMemberName("result+lastEvaluatedKey")]
    ResultLastEvaluatedKey,

    /// <summary>The envelope of the sibling permissions API (P5).</summary>
    [JsonStringEnumMemberName("results+lastEvaluatedKey")]
    ResultsLastEvaluatedKey,

    /// <summary>The cursor under the name of the request parameter (P3).</summary>
    [JsonStringEnumMemberName("results+nextPageToken")]
    ResultsNextPageToken,

    /// <summary>A bare array with the cursor in the response header <c>nextPageToken</c>.</summary>
    [JsonStringEnumMemberName("array+header")]
    ArrayHeader,

    /// <summary>Objects separated by commas without brackets, as the v1 page printed them (P2).</summary>
    [JsonStringEnumMemberName("unbracketed")]
    Unbracketed,
}
