using System.Text.Json.Serialization;

namespace Reconciler.Emulator.Settings;

/// <summary>How a 429 tells the client when to come back (reference §9).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RateLimitForm>))]
public enum RateLimitForm
{
    /// <summary><c>Retry-After</c> in whole seconds.</summary>
    [JsonStringEnumMemberName("seconds")]
    Seconds,

    /// <summary><c>Retry-After</c> as an HTTP date.</summary>
    [JsonStringEnumMemberName("date")]
    Date,

    /// <summary>No hint at all.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The gateway's form: only <c>X-RateLimit-Reset</c>, no <c>Retry-After</c>.</summary>
    [JsonStringEnumMemberName("gateway")]
    Gateway,
}
