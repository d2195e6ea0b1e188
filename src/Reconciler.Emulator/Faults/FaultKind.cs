using System.Text.Json.Serialization;

namespace Reconciler.Emulator.Faults;

/// <summary>What goes wrong. "Before" and "after" are relative to the effect on the state.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
public enum FaultKind
{
    /// <summary>Answers <c>status</c>; nothing happened.</summary>
    [JsonStringEnumMemberName("statusBeforeCommit")]
    StatusBeforeCommit,

    /// <summary>The effect happens, then <c>status</c> is answered instead of the result.</summary>
    [JsonStringEnumMemberName("statusAfterCommit")]
    StatusAfterCommit,

    /// <summary>The connection is cut; nothing happened.</summary>
    [JsonStringEnumMemberName("dropBeforeCommit")]
    DropBeforeCommit,

    /// <summary>The effect happens, the answer is lost.</summary>
    [JsonStringEnumMemberName("dropAfterCommit")]
    DropAfterCommit,

    /// <summary>
    /// The client is answered <c>status</c> (or cut off without one) at once; the effect happens after
    /// <c>delayMs</c>, whoever is still there.
    /// </summary>
    [JsonStringEnumMemberName("commitLate")]
    CommitLate,

    /// <summary>A complete HTTP answer whose body stops in the middle.</summary>
    [JsonStringEnumMemberName("truncatedBody")]
    TruncatedBody,

    /// <summary>The connection is cut in the middle of the body.</summary>
    [JsonStringEnumMemberName("cutBody")]
    CutBody,

    /// <summary>The body is not JSON, though its content type says so.</summary>
    [JsonStringEnumMemberName("garbledJson")]
    GarbledJson,

    /// <summary>A proxy's HTML page with the status of the real answer.</summary>
    [JsonStringEnumMemberName("htmlBody")]
    HtmlBody,

    /// <summary>The right body under <c>text/plain</c>.</summary>
    [JsonStringEnumMemberName("wrongContentType")]
    WrongContentType,

    /// <summary>Valid JSON of at least <c>bytes</c> bytes: the answer with blanks behind it.</summary>
    [JsonStringEnumMemberName("hugeBody")]
    HugeBody,

    /// <summary>The body arrives in 16 pieces, spread over <c>delayMs</c>.</summary>
    [JsonStringEnumMemberName("slowBody")]
    SlowBody,

    /// <summary>No answer and no effect until the client leaves or <c>delayMs</c> have passed.</summary>
    [JsonStringEnumMemberName("hang")]
    Hang,

    /// <summary>The effect happens at once; no answer until the client leaves or <c>delayMs</c> have passed.</summary>
    [JsonStringEnumMemberName("hangAfterCommit")]
    HangAfterCommit,

    /// <summary>The effect and the answer wait for <c>delayMs</c>.</summary>
    [JsonStringEnumMemberName("delay")]
    Delay,

    /// <summary>A list answers with the token it was asked with.</summary>
    [JsonStringEnumMemberName("repeatedPageToken")]
    RepeatedPageToken,

    /// <summary>A list answers no modules, but a token that leads on.</summary>
    [JsonStringEnumMemberName("emptyPage")]
    EmptyPage,

    /// <summary>A list starts over at its end, with a new token each time.</summary>
    [JsonStringEnumMemberName("endlessList")]
    EndlessList,

    /// <summary>A list leaves out its last module and shows no sign of it.</summary>
    [JsonStringEnumMemberName("omitLast")]
    OmitLast,
}
