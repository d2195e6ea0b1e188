using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Events;
using Reconciler.TestKit.Api;

namespace Reconciler.Kubernetes.Tests.Events;

public sealed class EventRecorderTests
{
    private static readonly EventTarget Target = EventTarget.Of(
        Widget.Type, new ObjectMeta { Name = "acme", Namespace = "team", Uid = "u-1" });

    [Fact]
    public async Task An_event_tells_who_what_and_about_which_object()
    {
        await using var fixture = await StartAsync();
        fixture.Recorder.Record(Entry("Registered"));
        await fixture.SettledAsync(1);

        var written = fixture.Events.All.Single();
        Assert.Equal("team", written.Namespace());
        Assert.Equal(
            ("Registered", "Normal", "note"),
            (written.Text("reason"), written.Text("type"), written.Text("note")));
        Assert.Equal("2026-01-01T00:00:00.000000Z", written.Text("eventTime"));
        Assert.Equal("reconciler.io/operator", written.Text("reportingController"));
        var regarding = written["regarding"]!.AsObject();
        Assert.Equal(
            ("example.io/v1", "Widget", "acme", "u-1"),
            (regarding.Text("apiVersion"), regarding.Text("kind"), regarding.Text("name"), regarding.Text("uid")));
    }

    [Fact]
    public async Task A_repeated_event_becomes_a_series_of_the_first()
    {
        await using var fixture = await StartAsync();
        for (var turn = 0; turn < 3; turn++)
        {
            fixture.Recorder.Record(Entry("Waiting"));
        }

        fixture.Recorder.Record(Entry("Registered"));
        await fixture.SettledAsync(4);
        Assert.Equal(2, fixture.Events.Count);
        Assert.Equal(3, (int)Of(fixture, "Waiting")["series"]!["count"]!);
        Assert.Null(Of(fixture, "Registered")["series"]);
    }

    [Fact]
    public async Task A_series_whose_event_has_expired_starts_anew()
    {
        await using var fixture = await StartAsync();
        fixture.Recorder.Record(Entry("Waiting"));
        await fixture.SettledAsync(1);
        fixture.Events.Remove(fixture.Events.All.Single().Name(), "team");
        fixture.Recorder.Record(Entry("Waiting"));
        await fixture.SettledAsync(3);
        Assert.Equal(1, fixture.Events.Count);
    }

    [Fact]
    public async Task One_object_cannot_flood_the_server_and_its_count_is_not_lost()
    {
        await using var fixture = await StartAsync(new() { Controller = "c", Instance = "i", Burst = 2 });
        for (var turn = 0; turn < 50; turn++)
        {
            fixture.Recorder.Record(Entry("Waiting"));
        }

        var other = Target with { Key = new ObjectKey("team", "other") };
        fixture.Recorder.Record(Entry("Waiting") with { Target = other });
        await fixture.SettledAsync(3);
        Assert.Equal(48, fixture.Recorder.DroppedCount);

        fixture.Api.Time.Advance(TimeSpan.FromSeconds(30));
        fixture.Recorder.Record(Entry("Waiting"));
        await fixture.SettledAsync(4);
        var series = fixture.Api.Server.Requests[^1].Text;
        Assert.Contains("\"count\":51", series, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_is_counted_and_never_thrown_or_sent_again()
    {
        await using var fixture = await StartAsync();
        fixture.Api.Server.Fail(request => true, new FakeFault.Refuse(403, "Forbidden"));
        fixture.Api.Server.Fail(request => true, new FakeFault.Abort());
        fixture.Recorder.Record(Entry("A"));
        fixture.Recorder.Record(Entry("B"));
        fixture.Recorder.Record(Entry("C"));
        await fixture.SettledAsync(3);
        Assert.Equal(2, fixture.Recorder.FailedCount);
        Assert.Equal("C", fixture.Events.All.Single().Text("reason"));
    }

    [Fact]
    public async Task A_full_queue_drops_and_counts()
    {
        await using var api = await ApiFixture.StartAsync();
        var recorder = new EventRecorder(
            api.Client,
            new() { Controller = "c", Instance = "i", QueueLengthMax = 2 },
            api.Time,
            NullLogger.Instance);
        for (var turn = 0; turn < 5; turn++)
        {
            recorder.Record(Entry("Waiting"));
        }

        Assert.Equal(3, recorder.DroppedCount);
    }

    [Fact]
    public async Task Long_names_and_notes_are_cut_to_what_the_server_takes()
    {
        await using var fixture = await StartAsync();
        var target = Target with { Key = new ObjectKey("team", new string('n', 253)) };
        fixture.Recorder.Record(Entry("Waiting") with { Target = target, Note = new string('€', 2000) });
        await fixture.SettledAsync(1);
        var written = fixture.Events.All.Single();
        Assert.InRange(written.Name().Length, 200, 253);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(written.Text("note")), 1000, 1024);
    }

    private static EventEntry Entry(string reason) => new(Target, EventSeverity.Normal, reason, "Register", "note");

    private static JsonObject Of(Fixture fixture, string reason) =>
        fixture.Events.All.Single(written => written.Text("reason") == reason);

    private static async Task<Fixture> StartAsync(EventRecorderOptions? options = null)
    {
        var api = await ApiFixture.StartAsync();
        var recorder = new EventRecorder(
            api.Client,
            options ?? new() { Controller = "reconciler.io/operator", Instance = "pod-1" },
            api.Time,
            NullLogger.Instance);
        return new Fixture(api, recorder);
    }

    private sealed class Fixture : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Fixture(ApiFixture api, EventRecorder recorder)
        {
            Api = api;
            Events = api.Server.Serve("events.k8s.io/v1", "events", "Event", hasStatus: false);
            Recorder = recorder;
            _running = recorder.RunAsync(_stop.Token);
        }

        public ApiFixture Api { get; }

        public FakeCollection Events { get; }

        public EventRecorder Recorder { get; }

        /// <summary>All that was recorded has been tried, in this many requests since the start.</summary>
        public async Task SettledAsync(int requests)
        {
            await Recorder.FlushAsync(default);
            Assert.Equal(requests, Api.Server.Requests.Count);
        }

        public async ValueTask DisposeAsync()
        {
            _stop.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
            await Api.DisposeAsync();
            _stop.Dispose();
        }
    }
}
