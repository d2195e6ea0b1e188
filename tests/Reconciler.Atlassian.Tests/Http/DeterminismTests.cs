using System.Net;
using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.TestKit;

namespace Reconciler.Atlassian.Tests.Http;

/// <summary>A simulation seed replays only if no continuation ever leaves its thread (house rule on
/// determinism).</summary>
public sealed class DeterminismTests
{
    [Theory]
    [InlineData(RemoteApi.ForgeV2)]
    [InlineData(RemoteApi.ConnectJira)]
    public void Every_continuation_stays_on_the_callers_context(RemoteApi api)
    {
        var context = new PumpedContext();
        var clock = new ManualTimeProvider();
        var asked = 0;
        using var handler = new SlowHandler(clock);
        using var remote = new RemoteFixture(
            new Uri("https://h"), api, handler,
            new FixedCredential(
                api == RemoteApi.ForgeV2 ? new Credential.Bearer("t") : new Credential.Connect("a", "s")),
            new RemoteOptions { RequestsPerSecond = 1 }, clock);
        context.Run(clock, async () =>
        {
            await remote.Registry.ListAsync(default);
            await remote.Registry.CreateAsync(
                new CreateRequest("a", "k", RemoteFixture.Content, () => context.IsCurrent && asked++ == 0), default);
            await remote.Registry.UpdateAsync("k", RemoteFixture.Content, default);
            await remote.Registry.GetAsync("k", default);
            await remote.Registry.DeleteAsync("k", default);
            Assert.True(context.IsCurrent);
        });
        Assert.True(handler.Requests >= 7, $"{handler.Requests} requests");
        Assert.True(handler.AlwaysOn(context));
        Assert.Equal(1, asked);
    }

    /// <summary>Every second answer is a 500; each comes later, with a body in pieces.</summary>
    private sealed class SlowHandler(TimeProvider time) : HttpMessageHandler
    {
        private readonly List<SynchronizationContext?> _contexts = [];

        public int Requests => _contexts.Count / 2;

        public bool AlwaysOn(SynchronizationContext context) => _contexts.TrueForAll(seen => seen == context);

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _contexts.Add(SynchronizationContext.Current);
            await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
            _contexts.Add(SynchronizationContext.Current);
            var status = request.Method != HttpMethod.Post && Requests % 2 == 0
                ? HttpStatusCode.InternalServerError
                : HttpStatusCode.OK;
            return new HttpResponseMessage(status) { Content = new StreamContent(new SlowStream("{}", time)) };
        }
    }

    private sealed class SlowStream(string text, TimeProvider time)
        : MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), time, cancellationToken);
            return Read(buffer.Span[..1]);
        }
    }

    /// <summary>Runs posted work on the calling thread and moves the clock when there is none.</summary>
    private sealed class PumpedContext : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = [];
        private readonly int _thread = Environment.CurrentManagedThreadId;

        public bool IsCurrent => Current == this && Environment.CurrentManagedThreadId == _thread;

        public void Run(ManualTimeProvider clock, Func<Task> body)
        {
            var previous = Current;
            SetSynchronizationContext(this);
            try
            {
                var task = body();
                while (!task.IsCompleted)
                {
                    if (_queue.TryDequeue(out var work))
                    {
                        work.Callback(work.State);
                    }
                    else
                    {
                        Assert.True(
                            clock.AdvanceToNext(), "Nothing is posted and nothing is due: work left this thread.");
                    }
                }

                task.GetAwaiter().GetResult();
            }
            finally
            {
                SetSynchronizationContext(previous);
            }
        }

        public override void Post(SendOrPostCallback d, object? state)
        {
            Assert.Equal(_thread, Environment.CurrentManagedThreadId);
            _queue.Enqueue((d, state));
        }
    }
}
