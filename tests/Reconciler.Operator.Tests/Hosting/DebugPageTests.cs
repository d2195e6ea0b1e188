using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Emulator;
using Reconciler.Operator.Hosting;
using Reconciler.Operator.Tests.Control;

namespace Reconciler.Operator.Tests.Hosting;

public sealed class DebugPageTests
{
    [Fact]
    public async Task The_dump_shows_queue_caches_limits_and_ledgers_and_neither_credential_nor_data()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one", "two");

        var text = System.Text.Encoding.UTF8.GetString(await world.Dump().WriteAsync(default));

        var dump = JsonNode.Parse(text)!;
        Assert.True(dump["works"]!.GetValue<bool>());
        Assert.Equal("team-a/acme", dump["queue"]!["keys"]!.AsArray().Single()!["installation"]!.GetValue<string>());
        Assert.Equal(4, dump["caches"]!.AsArray().Count);
        Assert.Equal(2, dump["caches"]![1]!["objects"]!.GetValue<int>());
        Assert.StartsWith("team-a/one@", dump["caches"]![1]!["keys"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("team-a/acme", dump["rateLimits"]![0]!["installation"]!.GetValue<string>());
        var ledger = dump["ledgers"]!.AsArray().Single()!;
        Assert.Equal(2, ledger["entries"]!.AsArray().Count);
        Assert.All(ledger["entries"]!.AsArray(), entry => Assert.Equal("Bound", entry!["phase"]!.GetValue<string>()));
        Assert.DoesNotContain(EmulatorOptions.DefaultToken, text, StringComparison.Ordinal);
        Assert.DoesNotContain("avi:jira", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, HttpStatusCode.NotFound)]
    [InlineData(true, HttpStatusCode.ServiceUnavailable)]
    public async Task The_page_is_there_only_where_it_was_asked_for(bool asked, HttpStatusCode expected)
    {
        using var exporter = new PrometheusExporter();
        var options = new OperatorOptions
        {
            MetricsBind = new(IPAddress.Loopback, 0),
            HealthBind = new(IPAddress.Loopback, 0),
        };
        await using var server = await ProbeServer.StartAsync(
            options, new HealthChecks(), exporter, NullLoggerFactory.Instance, default, asked ? new DebugPage() : null);

        Assert.Equal(expected, await GetAsync(server.Metrics));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(server.Health));
    }

    private static async Task<HttpStatusCode> GetAsync(IPEndPoint endpoint)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{endpoint}/debug");
        using var response = await client.SendAsync(request, default);
        return response.StatusCode;
    }
}
