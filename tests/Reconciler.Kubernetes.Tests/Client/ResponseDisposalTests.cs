using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.TestKit.Api;

namespace Reconciler.Kubernetes.Tests.Client;

[Collection(AloneCollection.Name)]
public sealed class ResponseDisposalTests
{
    [Fact]
    public async Task H1_every_response_is_disposed_however_it_ends()
    {
        await using var api = await ApiFixture.StartAsync(options: new KubernetesClientOptions { BodyBytesMax = 4096 });
        api.Widgets.Put("w");
        await api.GetAsync("w");
        await Assert.ThrowsAsync<KubernetesApiException>(() => api.GetAsync("absent"));
        foreach (var body in new[] { "<html>", new string('[', 5000) })
        {
            api.Server.Fail(request => true, new FakeFault.Raw(System.Text.Encoding.UTF8.GetBytes(body)));
            await Assert.ThrowsAsync<KubernetesConnectionException>(() => api.GetAsync("w"));
        }

        api.Server.Fail(request => true, new FakeFault.Raw("{"u8.ToArray(), ThenAbort: true));
        await Assert.ThrowsAsync<KubernetesConnectionException>(() => api.GetAsync("w"));
        api.Server.Fail(request => request.IsWatch, new FakeFault.Refuse(410, "Expired"));
        await Assert.ThrowsAsync<KubernetesApiException>(() => api.WatchAsync(null));
        using (var stream = await api.WatchAsync(null))
        {
            Assert.Equal(1, api.OpenResponses);
        }

        Assert.Equal(0, api.OpenResponses);
    }

    [Fact]
    public async Task H1_twenty_thousand_gets_and_a_thousand_watches_leave_nothing_behind()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Widgets.Put("w");
        await RoundAsync(api);
        var heap = AloneCollection.HeapBytes();
        var handles = Handles();
        for (var round = 0; round < 10; round++)
        {
            await RoundAsync(api);
        }

        Assert.Equal(0, api.OpenResponses);
        Assert.InRange(Handles() - handles, -1000, 40);
        Assert.InRange(AloneCollection.HeapBytes() - heap, long.MinValue, 3_000_000);
    }

    private static async Task RoundAsync(ApiFixture api)
    {
        for (var turn = 0; turn < 100; turn++)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => api.GetAsync("w")));
            using var stream = await api.WatchAsync(null);
            await stream.ReadLineAsync(default);
        }

        await api.Server.WhenAsync(server => server.Watches.Count == 0);
        api.Server.ForgetRequests();
    }

    private static int Handles() => Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0;
}
