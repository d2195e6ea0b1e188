using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.TestKit;

namespace Reconciler.Atlassian.Tests.Http;

public sealed class ThrottlingTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 26, 15, 59, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Retry-After", "17", 17)]
    [InlineData("Retry-After", " 1.5 ", 1.5)]
    [InlineData("Retry-After", "0", 1)]
    [InlineData("Retry-After", "99999999", 3600)]
    [InlineData("Retry-After", "Thu, 26 Mar 2026 16:00:00 GMT", 60)]
    [InlineData("Retry-After", "Thu, 26 Mar 2026 12:00:00 GMT", 1)]
    [InlineData("X-RateLimit-Reset", "2026-03-26T16:00Z", 60)]
    [InlineData("X-RateLimit-Reset", "2026-03-26T16:00:30Z", 90)]
    [InlineData("X-RateLimit-Reset", "1774540800", 60)]
    public void The_wish_of_the_remote_is_read_in_every_documented_form(string name, string value, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), ThrottleWish.Read(Headers((name, value)), Now));
    }

    [Fact]
    public void Retry_After_wins_and_beta_headers_only_inform()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), ThrottleWish.Read(
            Headers(("X-RateLimit-Reset", "2026-03-26T16:00Z"), ("Retry-After", "5")), Now));
        Assert.Null(ThrottleWish.Read(
            Headers(("Beta-Retry-After", "5"), ("X-Beta-RateLimit-Reset", "2026-03-26T16:00Z")), Now));
        Assert.Null(ThrottleWish.Read(Headers(("Retry-After", "soon")), Now));
    }

    [Fact]
    public void A_date_is_measured_by_the_clock_that_wrote_it()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), ThrottleWish.Read(
            Headers(("Date", "Thu, 26 Mar 2026 10:00:00 GMT"), ("Retry-After", "Thu, 26 Mar 2026 10:00:30 GMT")), Now));
    }

    [Fact]
    public async Task I10_nothing_is_sent_before_the_gate_opens_and_the_wall_clock_does_not_open_it()
    {
        var clock = new ManualTimeProvider();
        var handler = new ScriptedHandler(_ => ScriptedHandler.Json(429, "", ("Retry-After", "30")));
        using var remote = new RemoteFixture(new Uri("https://h"), handler: handler, time: clock);
        AssertThrottled(30, await remote.Registry.ListAsync(default));
        clock.JumpWallClock(TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromSeconds(29));
        AssertThrottled(1, await remote.Registry.ListAsync(default));
        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.CreateAsync());
        Assert.False(refused.Sent);
        Assert.Equal(1, handler.Count);
        Assert.Equal(2, remote.Observer.Held.Count);
        clock.Advance(TimeSpan.FromSeconds(1));
        await remote.Registry.ListAsync(default);
        Assert.Equal(2, handler.Count);
    }

    [Fact]
    public async Task A_503_throttles_only_with_Retry_After()
    {
        var handler = new ScriptedHandler(_ => ScriptedHandler.Json(503, "", ("Retry-After", "7")));
        using var remote = new RemoteFixture(new Uri("https://h"), handler: handler, time: new ManualTimeProvider());
        AssertThrottled(7, await remote.Registry.ListAsync(default));
        Assert.Equal(1, handler.Count);
    }

    [Fact]
    public void A_gate_without_a_wish_backs_off_2_4_8_16_up_to_30_seconds()
    {
        var clock = new ManualTimeProvider();
        var gate = new ThrottleGate(clock, () => 0.5);
        foreach (var seconds in new[] { 2, 4, 8, 16, 30, 30 })
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), gate.Close(null));
            clock.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Null(gate.Remaining);
        }

        gate.Served();
        Assert.Equal(TimeSpan.FromSeconds(2), gate.Close(null));
        Assert.Equal(TimeSpan.FromSeconds(9), gate.Close(TimeSpan.FromSeconds(9)));
        Assert.Equal(TimeSpan.FromSeconds(9), gate.Close(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_bucket_gives_a_burst_and_then_the_rate()
    {
        var clock = new ManualTimeProvider();
        var bucket = new TokenBucket(4, clock);
        for (var i = 0; i < 4; i++)
        {
            Assert.True(bucket.TryReserve(TimeSpan.Zero, out _));
        }

        Assert.False(bucket.TryReserve(TimeSpan.Zero, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(0.25), wait);
        Assert.True(bucket.TryReserve(TimeSpan.FromSeconds(2), out wait));
        Assert.True(bucket.TryReserve(TimeSpan.FromSeconds(2), out wait));
        Assert.Equal(TimeSpan.FromSeconds(0.5), wait);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.True(bucket.TryReserve(TimeSpan.Zero, out _));
    }

    [Fact]
    public async Task Requests_beyond_the_burst_wait_their_turn_on_the_injected_clock()
    {
        var clock = new ManualTimeProvider();
        var handler = new ScriptedHandler(_ => ScriptedHandler.Json(200, "[]"));
        using var remote = new RemoteFixture(
            new Uri("https://h"), handler: handler, time: clock, options: new RemoteOptions { RequestsPerSecond = 2 });
        var calls = Enumerable.Range(0, 3).Select(_ => remote.Registry.ListAsync(default)).ToArray();
        Assert.Equal(2, handler.Count);
        clock.Advance(TimeSpan.FromSeconds(0.5));
        await Task.WhenAll(calls);
        Assert.Equal(3, handler.Count);
    }

    private static ReplyHeaders Headers(params (string Name, string Value)[] headers) =>
        new(headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase));

    private static void AssertThrottled(double seconds, ListOutcome outcome)
    {
        var fault = Assert.IsType<RemoteFault.Throttled>(Assert.IsType<ListOutcome.Failed>(outcome).Fault);
        Assert.Equal(TimeSpan.FromSeconds(seconds), fault.RetryAfter);
    }
}
