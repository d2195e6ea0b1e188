using Reconciler.Kubernetes.Api;
using Reconciler.TestKit.Api;

namespace Reconciler.Kubernetes.Tests.Client;

[Collection(AloneCollection.Name)]
public sealed class CancellationTests
{
    [Fact]
    public async Task H4_cancelling_a_read_closes_the_stream_on_the_server()
    {
        await using var api = await ApiFixture.StartAsync();
        using var cancel = new CancellationTokenSource();
        using var stream = await api.WatchAsync(api.Server.ResourceVersion);
        await api.Server.WhenWatchingAsync();
        var read = stream.ReadLineAsync(cancel.Token);
        cancel.Cancel();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        Assert.Equal(cancel.Token, cancelled.CancellationToken);

        // The stream is not disposed yet: it is the cancellation itself that reached the socket.
        await api.Server.WhenAsync(server => server.Watches.Count == 0);
    }

    [Fact]
    public async Task H4_a_thousand_cancels_leave_no_unobserved_exception()
    {
        AloneCollection.HeapBytes();
        var unobserved = new List<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> collect = (_, args) => unobserved.Add(args.Exception);
        TaskScheduler.UnobservedTaskException += collect;
        try
        {
            await using var api = await ApiFixture.StartAsync();
            api.Server.Fail(request => !request.IsWatch, new FakeFault.Hang(), times: int.MaxValue);
            for (var turn = 0; turn < 500; turn++)
            {
                await CancelAsync(api);
            }

            Assert.Equal(0, api.OpenResponses);
            AloneCollection.HeapBytes();
            Assert.Empty(unobserved);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= collect;
        }
    }

    private static async Task CancelAsync(ApiFixture api)
    {
        using var cancel = new CancellationTokenSource();
        using var stream = await api.WatchAsync(api.Server.ResourceVersion, cancel.Token);
        var read = stream.ReadLineAsync(cancel.Token).AsTask();
        var get = api.Client.SendAsync(ApiRequests.Get(Widget.Type, new ObjectKey("a", "b")), cancel.Token);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);
    }
}
