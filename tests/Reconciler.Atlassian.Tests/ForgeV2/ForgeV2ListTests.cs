using System.Text;
using Reconciler.Core.Execution;
using Reconciler.TestKit.Wire;

namespace Reconciler.Atlassian.Tests.ForgeV2;

/// <summary>A list is complete or it failed; nothing in between (crash-safety.md §5).</summary>
public sealed class ForgeV2ListTests
{
    [Fact]
    public async Task X1_all_pages_are_read_and_an_empty_page_does_not_end_the_list()
    {
        await using var server = new RawHttpServer(request => Query(request.Target, "nextPageToken") switch
        {
            null => RawAnswer.Json(200, Page("t/1", "b", "a")),
            "t%2F1" => RawAnswer.Json(200, Page("t2")),
            "t2" => RawAnswer.Json(200, Page(null, "c", "a")),
            _ => RawAnswer.Json(422, ""),
        });
        using var remote = new RemoteFixture(server.Address);
        var complete = Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));
        Assert.Equal(["a", "b", "c"], complete.Modules.Select(module => module.Key));
        Assert.Null(complete.Warning);
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal("limit=100", server.Requests[0].Target.Split('?')[1]);
        Assert.Equal("application/json", server.Requests[0].Headers["Content-Type"]);
    }

    [Fact]
    public async Task X1_a_full_array_without_token_is_asked_for_again_without_limit()
    {
        await using var server = new RawHttpServer(request => RawAnswer.Json(200, request.Target.Contains("limit=2")
            ? $"[{Module("a")},{Module("b")}]"
            : $"[{Module("a")},{Module("b")},{Module("c")}]"));
        using var remote = new RemoteFixture(server.Address, options: new RemoteOptions { PageSize = 2 });
        var complete = Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));
        Assert.Equal(3, complete.Modules.Length);
        Assert.NotNull(complete.Warning);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task X1_a_list_that_stays_full_costs_one_request_and_goes_back_to_pages_when_it_shrinks()
    {
        var held = 2;
        await using var server = new RawHttpServer(_ => RawAnswer.Json(200, Modules(held)));
        using var remote = new RemoteFixture(server.Address, options: new RemoteOptions { PageSize = 2 });
        var first = Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));
        foreach (var now in (int[])[2, 3, 1, 1])
        {
            held = now;
            var again = Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));
            Assert.Equal(now, again.Modules.Length);
            Assert.Equal(now < 2 ? null : first.Warning, again.Warning);
        }

        Assert.Equal(
            [true, false, false, false, false, true, true],
            server.Requests.Select(request => request.Target.Contains("limit=2")));
    }

    /// <summary>A remote of two minds, as behind a balancer in the middle of a rollout.</summary>
    [Fact]
    public async Task X1_a_list_that_is_shorter_without_a_limit_than_it_was_is_read_in_pages_before_it_is_believed()
    {
        var withoutLimit = 3;
        await using var server = new RawHttpServer(
            request => RawAnswer.Json(200, Modules(request.Target.Contains("limit=3") ? 3 : withoutLimit)));
        using var remote = new RemoteFixture(server.Address, options: new RemoteOptions { PageSize = 3 });
        Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));

        withoutLimit = 2;
        AssertFailed<RemoteFault.Malformed>(await remote.Registry.ListAsync(default), "fewer without one");
    }

    [Fact]
    public async Task X1_a_list_that_is_shorter_without_a_limit_is_incomplete()
    {
        await using var server = new RawHttpServer(
            request => RawAnswer.Json(200, Modules(request.Target.Contains("limit=3") ? 3 : 2)));
        using var remote = new RemoteFixture(server.Address, options: new RemoteOptions { PageSize = 3 });
        AssertFailed<RemoteFault.Malformed>(await remote.Registry.ListAsync(default), "fewer without one");
    }

    [Fact]
    public async Task A_page_token_that_comes_twice_makes_the_list_incomplete()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Json(200, Page("same", "a")));
        using var remote = new RemoteFixture(server.Address);
        AssertFailed<RemoteFault.Malformed>(await remote.Registry.ListAsync(default), "token came twice");
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_list_that_never_ends_is_malformed()
    {
        var number = 0;
        await using var server = new RawHttpServer(_ => RawAnswer.Json(200, Page($"t{number++}", $"k{number}")));
        using var byPages = new RemoteFixture(server.Address, options: Fast with { ListPagesMax = 20 });
        AssertFailed<RemoteFault.Malformed>(await byPages.Registry.ListAsync(default), "does not end");
        Assert.Equal(20, server.Requests.Count);
        using var byModules = new RemoteFixture(server.Address, options: Fast with { ListModulesMax = 5 });
        AssertFailed<RemoteFault.Malformed>(await byModules.Registry.ListAsync(default), "does not end");
    }

    [Fact]
    public async Task A_list_of_more_bytes_than_are_read_is_malformed()
    {
        var number = 0;
        await using var server = new RawHttpServer(_ => RawAnswer.Json(200, Page($"t{number++}", $"k{number}")));
        using var remote = new RemoteFixture(server.Address, options: Fast with { ListBytesMax = 300 });
        AssertFailed<RemoteFault.Malformed>(await remote.Registry.ListAsync(default), "longer than 300 bytes in all");
        Assert.InRange(server.Requests.Count, 2, 10);
    }

    [Fact]
    public async Task A_list_that_takes_too_long_is_not_complete()
    {
        var first = true;
        await using var server = new RawHttpServer(_ =>
        {
            (var ending, first) = (first ? RawEnding.KeepOpen : RawEnding.Hang, false);
            return ending == RawEnding.KeepOpen ? RawAnswer.Json(200, Page("t", "a")) : RawAnswer.Text("", ending);
        });
        var options = Fast with { ListTimeout = TimeSpan.FromMilliseconds(300) };
        using var remote = new RemoteFixture(server.Address, options: options);
        AssertFailed<RemoteFault.Unavailable>(await remote.Registry.ListAsync(default), "not complete after");
    }

    [Fact]
    public async Task The_callers_cancellation_is_the_only_exception()
    {
        using var cancel = new CancellationTokenSource();
        await using var server = new RawHttpServer(_ =>
        {
            cancel.Cancel();
            return RawAnswer.Text("", RawEnding.Hang);
        });
        using var remote = new RemoteFixture(server.Address);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => remote.Registry.ListAsync(cancel.Token));
    }

    [Fact]
    public async Task A_body_of_100_MB_is_not_read()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Text(
            "HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n[") with { Chunk = new byte[1 << 20], Repeat = 100 });
        using var remote = new RemoteFixture(server.Address);
        AssertFailed<RemoteFault.Malformed>(await remote.Registry.ListAsync(default), "larger than 8388608 bytes");

        // Without a length the limit is found by reading.
        await using var chunked = new RawHttpServer(_ => RawAnswer.Text(
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[", RawEnding.Close) with
        { Chunk = new byte[1 << 20], Repeat = 100 });
        using var second = new RemoteFixture(chunked.Address);
        AssertFailed<RemoteFault.Malformed>(await second.Registry.ListAsync(default), "larger than");
    }

    [Fact]
    public async Task A_slow_loris_ends_with_the_request_timeout()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Text(
            "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n[", RawEnding.Hang));
        using var remote = new RemoteFixture(
            server.Address, options: Fast with { RequestTimeout = TimeSpan.FromSeconds(1.5) });
        AssertFailed<RemoteFault.Unavailable>(await remote.Registry.ListAsync(default), "broke off");
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_truncated_list_is_never_a_shorter_list()
    {
        var body = $"[{Module("a")},{Module("b")}]";
        await using var server = new RawHttpServer(_ => RawAnswer.Text(
            $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body[..(body.Length / 2)]}", RawEnding.Close));
        using var remote = new RemoteFixture(server.Address);
        AssertFailed<RemoteFault.Unavailable>(await remote.Registry.ListAsync(default), "broke off");
    }

    [Fact]
    public async Task Html_and_another_charset_are_malformed_with_one_reason()
    {
        await using var html = new RawHttpServer(_ => RawAnswer.Of(200, "text/html", "<html>login</html>"u8.ToArray()));
        using var first = new RemoteFixture(html.Address);
        AssertFailed<RemoteFault.Malformed>(await first.Registry.ListAsync(default), "not JSON");
        await using var utf16 = new RawHttpServer(_ => RawAnswer.Of(
            200, "application/json; charset=utf-16", Encoding.Unicode.GetBytes("[]")));
        using var second = new RemoteFixture(utf16.Address);
        AssertFailed<RemoteFault.Malformed>(await second.Registry.ListAsync(default), "not JSON");
    }

    [Fact]
    public async Task A_redirect_is_one_clear_fault_and_is_not_followed()
    {
        await using var other = new RawHttpServer(_ => RawAnswer.Json(200, "[]"));
        await using var server = new RawHttpServer(_ => RawAnswer.Json(307, "", $"Location: {other.Address}steal"));
        using var remote = new RemoteFixture(server.Address);
        AssertFailed<RemoteFault.Malformed>(
            await remote.Registry.ListAsync(default), $"redirects to {other.Address.Authority}");
        Assert.Empty(other.Requests);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task A_list_that_is_refused_is_no_empty_list(int status)
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Json(status, "[]"));
        using var remote = new RemoteFixture(server.Address);
        AssertFailed<RemoteFault.Malformed>(await remote.Registry.ListAsync(default), $"HTTP {status}");
    }

    internal static string Module(string key) =>
        $$$"""{"key":"{{{key}}}","type":"trigger","data":{"key":"{{{key}}}"}}""";

    private static string Modules(int count) =>
        $"[{string.Join(',', Enumerable.Range(0, count).Select(number => Module($"k{number}")))}]";

    private static RemoteOptions Fast => new() { RequestsPerSecond = 10_000 };

    private static string Page(string? token, params string[] keys)
    {
        var list = string.Join(',', keys.Select(Module));
        return token is null
            ? $$"""{"result":[{{list}}]}"""
            : $$"""{"result":[{{list}}],"lastEvaluatedKey":"{{token}}"}""";
    }

    private static string? Query(string target, string name) => target.Split('?').Last().Split('&')
        .Where(pair => pair.StartsWith(name + "=", StringComparison.Ordinal))
        .Select(pair => pair.Split('=')[1]).FirstOrDefault();

    private static void AssertFailed<T>(ListOutcome outcome, string text)
        where T : RemoteFault
    {
        var fault = Assert.IsType<T>(Assert.IsType<ListOutcome.Failed>(outcome).Fault);
        Assert.Contains(text, fault.Message, StringComparison.Ordinal);
    }
}
