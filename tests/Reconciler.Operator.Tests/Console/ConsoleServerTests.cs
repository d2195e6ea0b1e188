using System.Net;
using System.Text.Json.Nodes;
using Reconciler.Operator.Console;
using Reconciler.Operator.Tests.Control;

namespace Reconciler.Operator.Tests.Console;

/// <summary>The console over HTTP: what it answers, to whom, and what it never does.</summary>
public sealed class ConsoleServerTests
{
    [Fact]
    public async Task It_only_reads_and_says_so()
    {
        await using var world = await StartAsync();
        using var client = ClientOf(world);
        await world.ApplyReadyAsync("one");
        // Suspended, the operator asks and writes nothing of its own accord.
        world.ApplyInstallation(change: spec => spec["suspend"] = true);
        await world.UntilInstallationReasonAsync("Suspended");
        await world.UntilIdleAsync();
        var before = Writes(world);
        world.Remote.ClearRequests();

        foreach (var path in ConsoleAssets.Paths.Concat(["/api/snapshot", "/api/events"]))
        {
            foreach (var method in new[] { "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE" })
            {
                using var refused = await client.SendAsync(path, method);
                Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
                Assert.Equal("GET, HEAD", string.Join(", ", refused.Content.Headers.Allow));
            }

            Assert.Equal(HttpStatusCode.OK, await client.StatusAsync(path, "HEAD"));
        }

        await client.JsonAsync($"/api/installation?namespace={OperatorWorld.Namespace}&name=acme");
        await client.JsonAsync($"/api/module?namespace={OperatorWorld.Namespace}&name=one");
        Assert.Equal(before, Writes(world));
        Assert.Empty(world.Remote.Requests());
    }

    [Fact]
    public async Task Every_answer_forbids_foreign_code_framing_and_caching()
    {
        await using var world = await StartAsync();
        using var client = ClientOf(world);

        foreach (var path in ConsoleAssets.Paths.Concat(["/api/snapshot", "/nothing"]))
        {
            using var answer = await client.SendAsync(path);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("require-trusted-types-for 'script'", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
            Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
            Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
            Assert.True(answer.Headers.CacheControl!.NoStore);
            Assert.False(answer.Headers.Contains("Server"));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Theory]
    [InlineData("localhost:9999", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:8082", true)]
    [InlineData("console.example.com", true)]
    [InlineData("evil.example.net", false)]
    [InlineData("localhost.evil.example.net", false)]
    [InlineData("192.168.1.4:8082", false)]
    public async Task A_name_that_could_be_rebound_is_not_answered(string host, bool served)
    {
        await using var world = await StartAsync(new()
        {
            Bind = new(IPAddress.Loopback, 0), Hosts = ["console.example.com"],
        });
        using var client = ClientOf(world);

        foreach (var path in new[] { "/", "/api/snapshot" })
        {
            Assert.Equal(
                served ? HttpStatusCode.OK : HttpStatusCode.MisdirectedRequest,
                await client.StatusAsync(path, host: host));
        }
    }

    [Theory]
    [InlineData("same-origin", HttpStatusCode.OK)]
    [InlineData("none", HttpStatusCode.OK)]
    [InlineData("cross-site", HttpStatusCode.MisdirectedRequest)]
    [InlineData("same-site", HttpStatusCode.MisdirectedRequest)]
    public async Task Another_site_may_not_even_ask(string site, HttpStatusCode expected)
    {
        await using var world = await StartAsync();
        using var client = ClientOf(world);

        using var answer = await client.SendAsync("/api/snapshot", headers: ("Sec-Fetch-Site", site));

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Changes_arrive_as_events_and_only_then()
    {
        await using var world = await StartAsync(new()
        {
            Bind = new(IPAddress.Loopback, 0), UpdateInterval = TimeSpan.FromMilliseconds(50),
        });
        using var client = ClientOf(world);
        using var events = await client.ListenAsync();
        Assert.Equal(HttpStatusCode.OK, events.Status);
        Assert.True(long.Parse((await events.NextAsync("time"))!) > 0);
        Assert.NotNull(await events.NextAsync("snapshot"));

        await world.ApplyReadyAsync("one");

        while (StateOf(await events.NextAsync("snapshot"), "acme") != "ready")
        {
            // The states on the way are none of our business.
        }
    }

    [Fact]
    public async Task Without_a_listener_nothing_is_computed()
    {
        await using var world = await StartAsync();

        await world.ApplyReadyAsync("one", "two");

        Assert.Equal(0, world.Console!.Feed.Computed);
    }

    [Fact]
    public async Task There_are_only_so_many_streams_and_a_closed_one_makes_room()
    {
        await using var world = await StartAsync(new() { Bind = new(IPAddress.Loopback, 0), ListenersMax = 2 });
        using var client = ClientOf(world);
        var first = await client.ListenAsync();
        using var second = await client.ListenAsync();

        using (var third = await client.ListenAsync())
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, third.Status);
        }

        first.Dispose();
        await world.UntilAsync(() => true);
        var status = HttpStatusCode.ServiceUnavailable;
        while (status == HttpStatusCode.ServiceUnavailable)
        {
            // The server learns of the closed connection a moment later.
            using var again = await client.ListenAsync();
            status = again.Status;
        }

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task A_stop_ends_the_streams_at_once()
    {
        var world = await StartAsync();
        using var client = ClientOf(world);
        using var events = await client.ListenAsync();
        Assert.NotNull(await events.NextAsync("snapshot"));

        var began = TimeProvider.System.GetTimestamp();
        await world.DisposeAsync();

        while (await events.NextAsync("snapshot") is not null)
        {
            // What was on its way when the stop came; then the stream ends.
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 20);
    }

    [Fact]
    public async Task What_does_not_exist_is_404()
    {
        await using var world = await StartAsync();
        using var client = ClientOf(world);

        Assert.Equal(HttpStatusCode.NotFound, await client.StatusAsync("/nothing"));
        Assert.Equal(HttpStatusCode.NotFound, await client.StatusAsync("/../console.css/x"));
        Assert.Equal(HttpStatusCode.NotFound, await client.StatusAsync("/api/installation?namespace=a&name=b"));
        Assert.Equal(HttpStatusCode.NotFound, await client.StatusAsync("/api/module"));
        Assert.Equal(HttpStatusCode.NotFound, await client.StatusAsync("/api/module?namespace=a&namespace=b&name=c"));
    }

    [Fact]
    public async Task A_replica_that_stands_by_shows_ledgers_and_says_that_it_makes_no_plans()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        await world.StopAsync();
        var leases = world.Api.Serve("coordination.k8s.io/v1", "leases", "Lease", hasStatus: false);
        world.Start(elects: true, identity: "leader");
        await world.UntilAsync(() => leases.Count == 1);
        await world.StartWithConsoleAsync(elects: true);
        using var client = ClientOf(world);
        while (!(await client.JsonAsync("/api/snapshot"))["synced"]!.GetValue<bool>())
        {
            // The caches of the second replica are being filled.
        }

        var overview = await client.JsonAsync("/api/snapshot");
        var page = await client.JsonAsync($"/api/installation?namespace={OperatorWorld.Namespace}&name=acme");
        await client.JsonAsync($"/api/installation?namespace={OperatorWorld.Namespace}&name=acme");

        Assert.False(overview["leading"]!.GetValue<bool>());
        Assert.Equal("ready", StateOf(overview.ToJsonString(), "acme"));
        Assert.Null(page["pass"]);
        Assert.Equal("Bound", page["ledger"]!["entries"]![0]!["phase"]!.GetValue<string>());
        Assert.NotEmpty(page["why"]!["decisions"]!.AsArray());
    }

    private static async Task<OperatorWorld> StartAsync(ConsoleOptions? options = null)
    {
        var world = await OperatorWorld.StartAsync(started: false);
        await world.StartWithConsoleAsync(console: options);
        return world;
    }

    /// <summary>Without Events: the operator tells them a moment after what they are about.</summary>
    private static int Writes(OperatorWorld world) => world.Api.Requests.Count(request =>
        request.IsWrite && !request.Path.Contains("/events", StringComparison.Ordinal));

    private static ConsoleClient ClientOf(OperatorWorld world) => new(new Uri($"http://{world.Console!.Address}/"));

    private static string? StateOf(string? overview, string name) =>
        JsonNode.Parse(overview!)!["installations"]!.AsArray()
            .FirstOrDefault(line => line!["name"]!.GetValue<string>() == name)?["state"]?.GetValue<string>();
}
