using Reconciler.Core.Execution;
using Reconciler.TestKit.Wire;

namespace Reconciler.Atlassian.Tests.ForgeV2;

/// <summary>crash-safety.md §4, row by row, over sockets.</summary>
public sealed class ForgeV2CreateTests
{
    private const string Module =
        """
        {"key":"7b7c7d0e-0000-4000-8000-000000000001","type":"trigger","data":{
        "key":"7b7c7d0e-0000-4000-8000-000000000001","endpoint":"some-endpoint","events":["avi:jira:updated:issue"]}}
        """;

    [Fact]
    public async Task A_201_with_the_module_is_created_and_the_injected_key_is_not_content()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Json(201, Module));
        using var remote = new RemoteFixture(server.Address);
        var created = Assert.IsType<CreateOutcome.Created>(await remote.CreateAsync());
        Assert.Equal("7b7c7d0e-0000-4000-8000-000000000001", created.Key);
        Assert.Equal(RemoteFixture.Content, created.Content);
        var request = Assert.Single(server.Requests);
        Assert.Equal("attempt-1", request.Headers["X-Reconciler-Attempt"]);
        Assert.Equal($"Bearer {RemoteFixture.Token}", request.Headers["Authorization"]);
        Assert.False(request.Headers.ContainsKey("Expect"));
        Assert.False(request.Headers.ContainsKey("traceparent"));
    }

    [Fact]
    public async Task A_201_with_the_key_alone_is_created_without_content()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Json(201, """{"key":"k"}"""));
        using var remote = new RemoteFixture(server.Address);
        Assert.Equal(new CreateOutcome.Created("k", null), await remote.CreateAsync());
    }

    [Theory]
    [InlineData(201, "")]
    [InlineData(201, "null")]
    [InlineData(201, """{"key":""}""")]
    [InlineData(201, """{"key":12}""")]
    [InlineData(201, """{"id":"k"}""")]
    [InlineData(201, """{"key":"k","type":"trig""")]
    [InlineData(201, "<html>created</html>")]
    [InlineData(200, Module)]
    [InlineData(202, "")]
    [InlineData(204, "")]
    [InlineData(408, """{"message":"timeout"}""")]
    [InlineData(409, """{"message":"conflict"}""")]
    [InlineData(500, """{"message":"An internal error occurred"}""")]
    [InlineData(502, "<html>bad gateway</html>")]
    [InlineData(503, "")]
    [InlineData(504, "")]
    [InlineData(302, "")]
    public async Task What_proves_neither_is_unknown(int status, string body)
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Json(status, body, "Location: /elsewhere/k"));
        using var remote = new RemoteFixture(server.Address);
        Assert.IsType<CreateOutcome.Unknown>(await remote.CreateAsync());
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(400, typeof(RemoteFault.Rejected))]
    [InlineData(401, typeof(RemoteFault.Unauthorized))]
    [InlineData(403, typeof(RemoteFault.Unauthorized))]
    [InlineData(404, typeof(RemoteFault.Rejected))]
    [InlineData(405, typeof(RemoteFault.Rejected))]
    [InlineData(413, typeof(RemoteFault.Rejected))]
    [InlineData(415, typeof(RemoteFault.Rejected))]
    [InlineData(422, typeof(RemoteFault.Rejected))]
    [InlineData(429, typeof(RemoteFault.Throttled))]
    public async Task X18_a_definitive_refusal_is_refused_once(int status, Type fault)
    {
        await using var server = new RawHttpServer(
            _ => RawAnswer.Json(status, """{"message":"no"}""", "atl-traceid: t-1"));
        using var remote = new RemoteFixture(server.Address);
        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.CreateAsync());
        Assert.IsType(fault, refused.Fault);
        Assert.True(refused.Sent);
        Assert.Equal("t-1", refused.Fault.TraceId);
        Assert.Equal($"HTTP {status}: no", refused.Fault.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_refusal_with_a_broken_body_is_still_a_refusal()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Text(
            "HTTP/1.1 422 No\r\nContent-Length: 100\r\n\r\n{\"mess", RawEnding.Close));
        using var remote = new RemoteFixture(server.Address);
        Assert.IsType<CreateOutcome.Refused>(await remote.CreateAsync());
    }

    /// <summary>Seed 1795352419308141: "full" was cut short, and taken for data that are refused for good.</summary>
    [Theory]
    [InlineData(422, """{"message":"Maximum number of dyna""")]
    [InlineData(422, """ [{"message":"Maxi""")]
    [InlineData(400, "<html>Bad request</html>")]
    [InlineData(422, " <!DOCTYPE html>")]
    public async Task A_refusal_that_cannot_be_read_is_not_one_for_good(int status, string body)
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Json(status, body));
        using var remote = new RemoteFixture(server.Address);
        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.CreateAsync());
        Assert.IsType<RemoteFault.Malformed>(refused.Fault);
        Assert.False(FaultRules.For(refused.Fault).Final);
    }

    [Fact]
    public async Task A_422_is_the_quota_when_we_count_a_hundred_or_the_message_says_so()
    {
        var list = $"[{string.Join(',', Enumerable.Range(0, 99).Select(i => ForgeV2ListTests.Module($"{i}")))}]";
        var left = 1;
        await using var server = new RawHttpServer(request => request.Method == "GET"
            ? RawAnswer.Json(200, list)
            : left-- > 0 ? RawAnswer.Json(201, Module) : RawAnswer.Json(422, """{"message":"no"}"""));
        using var remote = new RemoteFixture(server.Address);
        Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));
        Assert.IsType<CreateOutcome.Created>(await remote.CreateAsync());
        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.CreateAsync());
        Assert.IsType<RemoteFault.QuotaExceeded>(refused.Fault);

        await using var other = new RawHttpServer(_ =>
            RawAnswer.Json(422, """{"message":"Maximum number of dynamic modules (100) exceeded"}"""));
        using var second = new RemoteFixture(other.Address);
        Assert.IsType<RemoteFault.QuotaExceeded>(((CreateOutcome.Refused)await second.CreateAsync()).Fault);
    }

    [Fact]
    public async Task A_429_can_be_distrusted()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Json(429, "", "Retry-After: 3"));
        using var remote = new RemoteFixture(server.Address, options: new RemoteOptions { Treat429AsUnknown = true });
        var unknown = Assert.IsType<CreateOutcome.Unknown>(await remote.CreateAsync());
        Assert.Equal(TimeSpan.FromSeconds(3), Assert.IsType<RemoteFault.Throttled>(unknown.Fault).RetryAfter);
    }

    [Fact]
    public async Task A_truncated_201_is_unknown()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Text(
            $"HTTP/1.1 201 Created\r\nContent-Length: {Module.Length + 1}\r\n\r\n{Module}", RawEnding.Close));
        using var remote = new RemoteFixture(server.Address);
        Assert.IsType<CreateOutcome.Unknown>(await remote.CreateAsync());
    }

    [Theory]
    [InlineData(RawEnding.Close)]
    [InlineData(RawEnding.Reset)]
    public async Task A_connection_that_ends_after_the_request_is_unknown(RawEnding ending)
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Text("", ending));
        using var remote = new RemoteFixture(server.Address);
        Assert.IsType<CreateOutcome.Unknown>(await remote.CreateAsync());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_response_that_does_not_come_is_unknown()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Text("HTTP/1.1 201 Cre", RawEnding.Hang));
        var options = new RemoteOptions { RequestTimeout = TimeSpan.FromMilliseconds(200) };
        using var remote = new RemoteFixture(server.Address, options: options);
        Assert.IsType<CreateOutcome.Unknown>(await remote.CreateAsync());
    }

    [Fact]
    public async Task A_cancellation_after_the_body_left_is_unknown_and_no_exception()
    {
        using var cancel = new CancellationTokenSource();
        await using var server = new RawHttpServer(_ =>
        {
            cancel.Cancel();
            return RawAnswer.Text("", RawEnding.Hang);
        });
        using var remote = new RemoteFixture(server.Address);
        Assert.IsType<CreateOutcome.Unknown>(await remote.CreateAsync(cancellationToken: cancel.Token));
    }

    [Fact]
    public async Task What_never_left_is_refused_as_not_sent()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Json(201, Module));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        using var remote = new RemoteFixture(server.Address);
        AssertNotSent(await remote.CreateAsync(cancellationToken: cancelled.Token));
        AssertNotSent(await remote.CreateAsync(maySend: () => false));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("https://no-such-host.invalid")]
    public async Task A_remote_that_cannot_be_reached_is_not_sent(string address)
    {
        using var remote = new RemoteFixture(new Uri(address));
        AssertNotSent(await remote.CreateAsync());
    }

    [Fact]
    public async Task A_failed_tls_handshake_is_not_sent()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Text("")) { ResetsAtFirstByte = (_, _) => true };
        using var remote = new RemoteFixture(new UriBuilder(server.Address) { Scheme = "https" }.Uri);
        AssertNotSent(await remote.CreateAsync());
    }

    [Fact]
    public async Task The_right_to_send_is_asked_once_and_last()
    {
        var asked = 0;
        var sentBefore = -1;
        await using var server = new RawHttpServer(_ => RawAnswer.Json(201, Module));
        using var remote = new RemoteFixture(server.Address);
        await remote.CreateAsync(maySend: () =>
        {
            asked++;
            sentBefore = server.Requests.Count;
            return true;
        });
        Assert.Equal(1, asked);
        Assert.Equal(0, sentBefore);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_secret_that_the_remote_echoes_is_not_repeated()
    {
        await using var server = new RawHttpServer(request => RawAnswer.Json(
            422, $$"""{"message":"bad {{request.Headers["Authorization"]}} \u0007 eyJ{{new string('a', 60)}}"}"""));
        using var remote = new RemoteFixture(server.Address);
        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.CreateAsync());
        Assert.Equal("HTTP 422: bad Bearer (redacted) (redacted)", refused.Fault.Message);
    }

    [Theory]
    [InlineData('\u0001')]
    [InlineData('\u200b')]
    [InlineData('\u202e')]
    [InlineData('\ufeff')]
    [InlineData('\ufe0f')]
    [InlineData('\u034f')]
    [InlineData('\u3164')]
    [InlineData('\u00a0')]
    public async Task A_secret_that_comes_back_with_something_invisible_inside_is_not_repeated(char hidden)
    {
        await using var server = new RawHttpServer(request =>
        {
            var token = request.Headers["Authorization"].Split(' ')[^1];
            return RawAnswer.Json(422, $"bad {token[..3]}{hidden}{token[3..]}");
        });
        using var remote = new RemoteFixture(server.Address);
        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.CreateAsync());
        Assert.Contains("(redacted)", refused.Fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(RemoteFixture.Token[3..], refused.Fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(29)]
    public async Task Nor_is_its_first_part_where_what_is_read_of_an_error_ends(int read)
    {
        // Of an error that is no JSON, 16 KiB are read (ErrorSentence).
        var body = "bad".PadRight((16 * 1024) - read) + RemoteFixture.Token + " and more";
        await using var server = new RawHttpServer(_ => RawAnswer.Json(422, body));
        using var remote = new RemoteFixture(server.Address);
        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.CreateAsync());
        Assert.Equal("HTTP 422: bad", refused.Fault.Message);
    }

    private static void AssertNotSent(CreateOutcome outcome)
    {
        var refused = Assert.IsType<CreateOutcome.Refused>(outcome);
        Assert.False(refused.Sent);
        Assert.IsType<RemoteFault.Unavailable>(refused.Fault);
    }
}
