using System.Net;
using System.Security.Authentication;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.TestKit.Wire;

namespace Reconciler.Atlassian.Tests.Http;

/// <summary>Connections are opened to permitted addresses only,
/// whatever a name resolves to and whoever redirects.</summary>
public sealed class RemoteConnectorTests
{
    private static readonly RemoteHosts PublicOnly = new([], [], loopback: false);

    [Fact]
    public async Task A_name_that_leads_inside_is_refused_at_the_connect_and_nothing_was_sent()
    {
        await using var inside = new RawHttpServer(_ => RawAnswer.Json(200, "[]"));
        using var remote = Remote(inside.Address, PublicOnly, IPAddress.Loopback);

        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.CreateAsync());

        Assert.False(refused.Sent);
        Assert.Contains(
            "api.example is at 127.0.0.1, which is a loopback address", refused.Fault.Message,
            StringComparison.Ordinal);
        Assert.Equal(0, inside.Connections);
    }

    [Fact]
    public async Task Of_several_addresses_only_the_permitted_are_tried()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Json(200, "[]"));
        var hosts = new RemoteHosts(["127.0.0.1"], [], loopback: false);
        using var remote = Remote(server.Address, hosts, IPAddress.Parse("127.0.0.2"), IPAddress.Loopback);

        Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_proxy_is_the_operators_own_choice_and_is_not_judged()
    {
        await using var proxy = new RawHttpServer(_ => RawAnswer.Json(403, ""));
        using var tunnel = new RemoteFixture(
            new Uri("https://api.example"),
            handler: RemoteHandler.Create(proxy: new WebProxy(proxy.Address), hosts: PublicOnly));
        using var plain = new RemoteFixture(
            new Uri("http://api.example"), options: new RemoteOptions { AllowInsecure = true },
            handler: RemoteHandler.Create(proxy: new WebProxy(proxy.Address), hosts: PublicOnly));

        await tunnel.CreateAsync();
        await plain.CreateAsync();

        Assert.Equal(["CONNECT", "POST"], proxy.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task A_redirect_to_another_host_is_refused_and_never_followed()
    {
        await using var thief = new RawHttpServer(_ => RawAnswer.Json(200, "[]"));
        foreach (var status in new[] { 301, 302, 303, 307, 308 })
        {
            await using var server = new RawHttpServer(
                _ => RawAnswer.Json(status, "", $"Location: {thief.Address}steal"));
            using var remote = new RemoteFixture(server.Address);

            var failed = Assert.IsType<ListOutcome.Failed>(await remote.Registry.ListAsync(default));

            Assert.Contains("redirects are not followed", failed.Fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("steal", failed.Fault.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, thief.Connections);
    }

    [Fact]
    public async Task A_credential_that_comes_back_as_a_trace_id_or_a_host_is_dropped()
    {
        // Found by the canary test.
        foreach (var status in new[] { 307, 401, 422, 500 })
        {
            await using var server = new RawHttpServer(_ => RawAnswer.Json(
                status, "", $"atl-traceid: {RemoteFixture.Token}", $"Location: https://{RemoteFixture.Token}.example"));
            using var remote = new RemoteFixture(server.Address);

            var failed = Assert.IsType<ListOutcome.Failed>(await remote.Registry.ListAsync(default));

            Assert.DoesNotContain("opaque-secret", failed.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Nothing_older_than_tls_1_2_is_offered_and_no_trace_header_is_added()
    {
        using var handler = RemoteHandler.Create();
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, handler.SslOptions.EnabledSslProtocols);
        Assert.Null(handler.SslOptions.RemoteCertificateValidationCallback);
        Assert.Null(handler.ActivityHeadersPropagator);
        Assert.False(handler.AllowAutoRedirect);
    }

    private static RemoteFixture Remote(Uri server, RemoteHosts hosts, params IPAddress[] addresses) => new(
        new UriBuilder(server) { Host = "api.example" }.Uri,
        options: new RemoteOptions { AllowInsecure = true },
        handler: RemoteHandler.CreateResolving(null, new WebProxy(), hosts, (_, _) => Task.FromResult(addresses)));
}
