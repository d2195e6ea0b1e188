using System.Collections.Concurrent;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Kubernetes.Tests.Client;

public sealed class ThreadTests
{
    [Fact]
    public void H9_everything_completes_on_one_thread()
    {
        var threads = new HashSet<int>();
        OneThread.Run(async () =>
        {
            await using var api = await ApiFixture.StartAsync();
            api.Widgets.Put("w");
            using var stream = await api.WatchAsync(null);
            await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
            {
                await api.GetAsync("w");
                lock (threads)
                {
                    threads.Add(Environment.CurrentManagedThreadId);
                }
            }));
            Assert.Equal(StreamLineKind.Line, (await stream.ReadLineAsync(default)).Kind);
            threads.Add(Environment.CurrentManagedThreadId);
        });
        Assert.Single(threads);
    }

    /// <summary>Blocks in any continuation and this never ends: there is no second thread to unblock it.</summary>
    private sealed class OneThread : SynchronizationContext
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];

        public static void Run(Func<Task> body)
        {
            var previous = Current;
            var context = new OneThread();
            SetSynchronizationContext(context);
            try
            {
                var task = body();
                _ = task.ContinueWith(
                    _ => context._queue.CompleteAdding(),
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
                foreach (var (callback, state) in context._queue.GetConsumingEnumerable())
                {
                    callback(state);
                }

                task.GetAwaiter().GetResult();
            }
            finally
            {
                SetSynchronizationContext(previous);
            }
        }

        public override void Post(SendOrPostCallback d, object? state) => _queue.Add((d, state));
    }
}
