using System.IO.Compression;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.TestKit.Wire;

namespace Reconciler.Atlassian.Tests.Http;

/// <summary>The socket handler against real TLS, proxies and compression.</summary>
public sealed class RemoteHandlerTests
{
    [Fact]
    public async Task A_private_authority_is_trusted_when_given_and_only_for_the_named_host()
    {
        using var certificate = TestCertificate.For("localhost");
        await using var server = await StartTlsAsync(certificate);
        var authorities = new X509Certificate2Collection(certificate);

        using var trusting = new RemoteFixture(Https(server, "localhost"), handler: RemoteHandler.Create(authorities));
        Assert.IsType<ListOutcome.Complete>(await trusting.Registry.ListAsync(default));

        using var elsewhere = new RemoteFixture(Https(server, "127.0.0.1"), handler: RemoteHandler.Create(authorities));
        AssertTlsFault(await elsewhere.CreateAsync());

        using var distrusting = new RemoteFixture(Https(server, "localhost"));
        AssertTlsFault(await distrusting.CreateAsync());
    }

    [Fact]
    public async Task A_proxy_that_refuses_the_tunnel_means_not_sent()
    {
        await using var proxy = new RawHttpServer(_ => RawAnswer.Json(403, ""));
        using var remote = new RemoteFixture(
            new Uri("https://api.example"), handler: RemoteHandler.Create(proxy: new WebProxy(proxy.Address)));
        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.CreateAsync());
        Assert.False(refused.Sent);
        Assert.Contains("proxy refused the tunnel", refused.Fault.Message, StringComparison.Ordinal);
        Assert.Equal("CONNECT", Assert.Single(proxy.Requests).Method);
        Assert.False(proxy.Requests[0].Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Compressed_answers_are_read_and_a_bomb_is_not()
    {
        await using var server = new RawHttpServer(request => RawAnswer.Of(
            200, "application/json",
            Gzip(request.Method == "GET" && request.Target.Contains("/bomb", StringComparison.Ordinal)
                ? new byte[100_000_000]
                : "[]"u8.ToArray()),
            "Content-Encoding: gzip"));
        using var remote = new RemoteFixture(server.Address);
        Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));
        var failed = Assert.IsType<LookupOutcome.Failed>(await remote.Registry.GetAsync("bomb", default));
        Assert.Contains(
            "larger than", Assert.IsType<RemoteFault.Malformed>(failed.Fault).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_answer_that_is_damaged_is_a_broken_answer()
    {
        await using var server = new RawHttpServer(request => RawAnswer.Of(
            request.Method == "POST" ? 201 : 200, "application/json", "no gzip at all"u8.ToArray(),
            "Content-Encoding: gzip"));
        using var remote = new RemoteFixture(server.Address);
        Assert.IsType<ListOutcome.Failed>(await remote.Registry.ListAsync(default));
        Assert.IsType<CreateOutcome.Unknown>(await remote.CreateAsync());
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }

    private static Uri Https(WebApplication server, string host) =>
        new UriBuilder(server.Urls.Single()) { Scheme = "https", Host = host }.Uri;

    private static async Task<WebApplication> StartTlsAsync(X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1;
                endpoint.UseHttps(certificate);
            }));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync("[]"));
        await app.StartAsync();
        return app;
    }

    private static void AssertTlsFault(CreateOutcome outcome)
    {
        var refused = Assert.IsType<CreateOutcome.Refused>(outcome);
        Assert.False(refused.Sent);
        Assert.Contains("TLS failed", refused.Fault.Message, StringComparison.Ordinal);
    }
}
