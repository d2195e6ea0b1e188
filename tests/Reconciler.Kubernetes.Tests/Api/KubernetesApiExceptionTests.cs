using System.Text;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Tests.Api;

public sealed class KubernetesApiExceptionTests
{
    [Theory]
    [InlineData(410, "Expired", true)]
    [InlineData(410, "Gone", true)]
    [InlineData(410, "", true)]
    [InlineData(504, "Timeout", false)]
    public void W7_gone_is_known_by_code_and_by_either_reason(int code, string reason, bool isGone) =>
        Assert.Equal(isGone, Of(code, reason).IsGone);

    [Fact]
    public void Conflict_is_not_already_exists()
    {
        Assert.True(Of(409, "Conflict").IsConflict);
        Assert.False(Of(409, "AlreadyExists").IsConflict);
        Assert.True(Of(409, "AlreadyExists").IsAlreadyExists);
    }

    [Fact]
    public void W7_only_the_504_that_says_so_is_a_too_large_version()
    {
        Assert.True(Of(504, "Timeout", "Too large resource version: 9, current: 1").IsTooLargeResourceVersion);
        Assert.False(Of(504, "Timeout", "request timed out").IsTooLargeResourceVersion);
        Assert.True(Of(504, "Timeout", "request timed out").IsOutcomeUnknown);
    }

    [Fact]
    public void A_body_that_is_no_status_is_quoted_in_one_bounded_line()
    {
        var html = Encoding.UTF8.GetBytes("<html>\r\n\u001b[31mBad Gateway" + new string('x', 10_000));
        var refusal = KubernetesApiException.FromResponse(502, "Bad Gateway", html, null, "GET /api/v1/pods");
        Assert.StartsWith("GET /api/v1/pods: 502: <html>   [31mBad Gateway", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(refusal.Message.Length, 100, 2200);
    }

    [Fact]
    public void The_wait_comes_from_the_header_or_from_the_details()
    {
        var body = """{"kind":"Status","reason":"TooManyRequests","message":"m","details":{"retryAfterSeconds":3}}"""u8;
        Assert.Equal(
            TimeSpan.FromSeconds(3), KubernetesApiException.FromResponse(429, null, body, null, "GET /").RetryAfter);
        Assert.Equal(
            TimeSpan.FromSeconds(9),
            KubernetesApiException.FromResponse(429, null, body, TimeSpan.FromSeconds(9), "GET /").RetryAfter);
    }

    private static KubernetesApiException Of(int code, string reason, string message = "m") =>
        new(new ApiStatus { Code = code, Reason = reason, Message = message });
}
