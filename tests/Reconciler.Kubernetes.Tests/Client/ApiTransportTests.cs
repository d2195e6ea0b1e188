using System.Net;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Kubernetes.Tests.Client;

public sealed class ApiTransportTests
{
    [Fact]
    public void W3_a_silent_connection_is_pinged_and_given_up_within_90_seconds()
    {
        using var handler = ApiTransport.HandlerOf(new() { Origin = "test", Server = new("https://cluster.test") });

        // Pings end a dead connection also where the server sends no bookmarks.
        Assert.InRange(handler.KeepAlivePingDelay, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.InRange(handler.KeepAlivePingTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        Assert.Equal(HttpKeepAlivePingPolicy.WithActiveRequests, handler.KeepAlivePingPolicy);
    }

    [Fact]
    public void W3_a_watch_asks_for_HTTP_2_without_which_nobody_pings() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        Version? asked = null;
        gadgets.Api.Intercept = (seen, request, _) =>
        {
            asked = seen.IsWatch ? request.Version : asked;
            return Task.FromResult<HttpResponseMessage?>(null);
        };
        await gadgets.StartAsync();
        Assert.Equal(HttpVersion.Version20, asked);
    });

    [Fact]
    public void H11_the_transport_follows_no_redirect_and_keeps_no_cookie()
    {
        using var handler = ApiTransport.HandlerOf(new() { Origin = "test", Server = new("https://cluster.test") });

        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseCookies);
    }
}
