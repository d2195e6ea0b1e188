using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Operator.Hosting;

namespace Reconciler.Operator.Tests.Hosting;

public sealed class ProbeTests
{
    [Fact]
    public async Task Probes_and_metrics_are_served_each_on_its_own_port()
    {
        var health = new HealthChecks();
        string? problem = null;
        health.AddLiveness("watch", () => problem);
        health.AddReadiness("caches", () => "not synced yet");
        using var exporter = new PrometheusExporter();
        var options = new OperatorOptions
        {
            MetricsBind = new(IPAddress.Loopback, 0),
            HealthBind = new(IPAddress.Loopback, 0),
        };
        await using var server = await ProbeServer.StartAsync(
            options, health, exporter, NullLoggerFactory.Instance, default);

        Assert.Equal(HttpStatusCode.OK, await GetAsync(server.Health, "healthz"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(server.Health, "livez"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await GetAsync(server.Health, "readyz"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(server.Health, "metrics"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(server.Metrics, "metrics"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(server.Metrics, "healthz"));
        problem = "stands still";
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await GetAsync(server.Health, "healthz"));
    }

    [Fact]
    public async Task Who_only_holds_connections_open_does_not_fail_the_probes()
    {
        using var exporter = new PrometheusExporter();
        await using var server = await ProbeServer.StartAsync(
            new() { MetricsBind = new(IPAddress.Loopback, 0), HealthBind = new(IPAddress.Loopback, 0) },
            new HealthChecks(), exporter, NullLoggerFactory.Instance, default);
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < 300; i++)
            {
                idle.Add(new(SocketType.Stream, ProtocolType.Tcp));
                await idle[^1].ConnectAsync(i % 2 == 0 ? server.Metrics : server.Health);
            }

            Assert.Equal(HttpStatusCode.OK, await GetAsync(server.Health, "livez"));
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public void A_failing_check_is_named_with_its_reason()
    {
        var health = new HealthChecks();
        health.AddLiveness("watch", () => null);
        health.AddLiveness("queue", () => "a pass runs for 900 s");

        Assert.Equal("[+] watch ok\n[-] queue: a pass runs for 900 s\nfailed\n", health.Liveness().Text);
    }

    [Theory]
    [InlineData("0.0.0.0:8080", "0.0.0.0:8080")]
    [InlineData(":0", "0.0.0.0:0")]
    [InlineData("localhost:9", "127.0.0.1:9")]
    [InlineData("[::1]:9", "[::1]:9")]
    [InlineData("8080", null)]
    [InlineData("host:1", null)]
    [InlineData("127.0.0.1:65536", null)]
    [InlineData("127.0.0.1:-1", null)]
    public void A_bind_address_is_host_and_port(string text, string? expected) =>
        Assert.Equal(expected, BindAddress.TryParse(text, out var bind) ? bind.ToString() : null);

    private static async Task<HttpStatusCode> GetAsync(IPEndPoint endpoint, string path)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{endpoint}/{path}");
        using var response = await client.SendAsync(request, default);
        return response.StatusCode;
    }
}
