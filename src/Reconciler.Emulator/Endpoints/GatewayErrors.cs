using System.Globalization;
using System.Text;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>What the gateway in front of the service answers by itself (reference §2.4, §9).</summary>
internal static class GatewayErrors
{
    public static WireResponse Unauthorized() => Refusal("FAILURE_CLIENT_AUTH", "Unauthorized");

    public static WireResponse WrongTokenClass() => Refusal("FAILURE_CLIENT_AUTH_MISMATCH", "Unauthorized");

    public static WireResponse TooManyRequests(RateLimitForm form, TimeSpan wait, DateTimeOffset now)
    {
        WireResponse plain = WireResponse.OfJson(429, JsonText.Message("Too many requests")).Synthetic();
        return form switch
        {
            RateLimitForm.Seconds =>
                plain.With("Retry-After", Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
            RateLimitForm.Date => plain.With("Retry-After", CeilingToSecond(now + wait).ToString("R")),
            RateLimitForm.None => plain,
            RateLimitForm.Gateway => OfGateway(CeilingToSecond(now + wait)),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "unknown form"),
        };
    }

    // Seen in an incident: the category has blanks, there is no Retry-After (reference §9, R3).
    private static WireResponse OfGateway(DateTimeOffset reset) =>
        WireResponse.OfJson(429, Body(429, "Too Many Requests"))
            .With("X-Failure-Category", "FAILURE CLIENT RATE LIMITED")
            .With("X-Ratelimit-Limit", "360000")
            .With("X-Ratelimit-Remaining", "0")
            .With("X-Ratelimit-Reset", reset.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    private static WireResponse Refusal(string category, string message) =>
        WireResponse.OfJson(401, Body(401, message))
            .With("x-failure-category", category)
            .With("x-trace-id", "00000000000000000000000000000000")
            .With("atl-traceid", "00000000000000000000000000000000");

    private static byte[] Body(int code, string message) =>
        Encoding.UTF8.GetBytes($$"""{"code":{{code}},"message":"{{message}}"}""");

    private static DateTimeOffset CeilingToSecond(DateTimeOffset time)
    {
        long rest = time.Ticks % TimeSpan.TicksPerSecond;
        return rest == 0 ? time : time.AddTicks(TimeSpan.TicksPerSecond - rest);
    }
}
