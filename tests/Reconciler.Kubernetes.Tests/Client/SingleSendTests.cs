using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.TestKit.Api;
using Reconciler.TestKit.Wire;

namespace Reconciler.Kubernetes.Tests.Client;

/// <summary>H11: no layer sends a write a second time, and what is not known is called unknown.</summary>
public sealed class SingleSendTests
{
    private static readonly ObjectKey Key = new("default", "w");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task H11_a_write_whose_connection_breaks_is_unknown_and_not_sent_again(bool committed)
    {
        await using var api = await ApiFixture.StartAsync();
        api.Server.Fail(request => request.IsWrite, new FakeFault.Abort(committed));
        var fault = await Assert.ThrowsAsync<KubernetesConnectionException>(() => api.CreateAsync("w"));
        Assert.Equal(Delivery.Unknown, fault.Delivery);
        Assert.Equal(1, api.Sent("POST"));
        Assert.Equal(committed ? 1 : 0, api.Widgets.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task H11_a_write_without_an_answer_in_time_is_unknown(bool committed)
    {
        await using var api = await ApiFixture.StartAsync();
        api.Server.Fail(request => request.IsWrite, new FakeFault.Hang(committed));
        var create = api.CreateAsync("w");
        await api.Server.WhenAsync(server => server.Requests.Count == 1 && api.Widgets.Count == (committed ? 1 : 0));
        api.Time.Advance(TimeSpan.FromSeconds(30));
        var fault = await Assert.ThrowsAsync<KubernetesConnectionException>(() => create);
        Assert.Equal(Delivery.Unknown, fault.Delivery);
        Assert.Contains("within 30 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, api.Sent("POST"));
    }

    [Fact]
    public async Task H11_a_write_that_meets_a_closed_connection_arrives_at_most_once()
    {
        for (var turn = 0; turn < 20; turn++)
        {
            await using var server = new OneShotServer();
            using var client = Client(server.Address);
            await client.SendAsync(ApiRequests.Get(Widget.Type, Key), default);
            var requests = new[]
            {
                ApiRequests.Create(Widget.Type, "default", "{}"u8.ToArray()),
                ApiRequests.Replace(Widget.Type, Key, "{}"u8.ToArray()),
                ApiRequests.MergePatch(Widget.Type, Key, "{}"u8.ToArray()),
                ApiRequests.Delete(Widget.Type, Key),
            };
            var request = requests[turn % requests.Length];
            var method = request.Method.Method;
            if (turn % 2 == 0)
            {
                await server.CloseIdleAsync();
            }
            else
            {
                server.CloseWithoutAnswer();
            }

            var fault = await Record.ExceptionAsync(() => client.SendAsync(request, default));
            Assert.True(fault is null or KubernetesConnectionException, $"{fault}");
            var arrived = server.Methods.Count(sent => sent == method);
            Assert.True(arrived <= 1, $"{method} arrived {arrived} times.");
            Assert.True(arrived == 1 || fault is not null, $"{method} succeeded without arriving.");
        }
    }

    [Fact]
    public async Task H11_a_server_that_cannot_be_reached_was_not_sent_anything()
    {
        using var deaf = new DeafPort();
        using var client = Client(deaf.Address);
        var fault = await Assert.ThrowsAsync<KubernetesConnectionException>(
            () => client.SendAsync(ApiRequests.Create(Widget.Type, "default", "{}"u8.ToArray()), default));
        Assert.Equal(Delivery.NotSent, fault.Delivery);
        Assert.Contains(deaf.Address.Authority, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public async Task A_host_without_an_address_was_not_sent_anything()
    {
        using var client = Client(new Uri("http://no-such-host.invalid"));
        var fault = await Assert.ThrowsAsync<KubernetesConnectionException>(
            () => client.SendAsync(ApiRequests.Get(Widget.Type, Key), default));
        Assert.Equal(Delivery.NotSent, fault.Delivery);
    }

    [Fact]
    public async Task Tls_against_a_server_without_it_is_one_clear_error()
    {
        await using var api = await ApiFixture.StartAsync();
        var https = new UriBuilder(api.Server.Address) { Scheme = "https" }.Uri;
        using var client = Client(https);
        var fault = await Assert.ThrowsAsync<KubernetesConnectionException>(
            () => client.SendAsync(ApiRequests.Get(Widget.Type, Key), default));
        Assert.Equal(Delivery.NotSent, fault.Delivery);
        Assert.Contains("TLS failed", fault.Message, StringComparison.Ordinal);
    }

    private static KubernetesClient Client(Uri server) => new(
        ApiTransport.Create(new ClusterConfig { Origin = "test", Server = server }),
        server,
        AnonymousCredential.Instance,
        new KubernetesClientOptions(),
        TimeProvider.System);
}
