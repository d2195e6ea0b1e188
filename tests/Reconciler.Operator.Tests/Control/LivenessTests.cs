using Reconciler.Operator.Hosting;
using Reconciler.TestKit;
using Reconciler.TestKit.Api;

namespace Reconciler.Operator.Tests.Control;

/// <summary>Liveness means progress (O1): each loop of the operator that stands still fails the probe and is named with
/// how long.</summary>
public sealed class LivenessTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_watch_that_stands_still_fails_the_probe()
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.Time = _time;
        world.Api.Fail(
            request => request.Path.EndsWith("installations", StringComparison.Ordinal), new FakeFault.Hang(),
            times: int.MaxValue);
        world.Start();
        await world.UntilAsync(() => world.Api.Requests.Any(
            request => request.Path.EndsWith("installations", StringComparison.Ordinal)));
        Assert.True(world.Health.Liveness().IsHealthy, world.Health.Liveness().Text);

        // The silence that a watch may keep, and a minute for the step itself.
        _time.Advance(TimeSpan.FromSeconds(80 + 60) + Second);

        AssertFails(world.Health, "watches: installations.reconciler.io stands still for 1 s");
    }

    [Fact]
    public async Task A_pass_that_outlasts_its_deadline_and_ends_for_nobody_fails_the_probe()
    {
        using var log = new RecordingLog();
        await using var world = await OperatorWorld.StartAsync(started: false);
        var held = world.HoldRemoteAsync();
        await world.StartLeadingAsync(_time, log);
        world.ApplySecret();
        world.ApplyInstallation();
        await held;

        _time.Advance(TimeSpan.FromMinutes(7));
        Assert.Contains("[+] queue ok\n", world.Health.Liveness().Text, StringComparison.Ordinal);
        _time.Advance(Second);

        AssertFails(world.Health, "queue: a pass runs for 421 s");
    }

    [Fact]
    public async Task A_term_whose_work_goes_on_long_after_its_last_renewal_fails_the_probe()
    {
        using var log = new RecordingLog();
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.Api.Serve("coordination.k8s.io/v1", "leases", "Lease", hasStatus: false);
        var held = world.HoldRemoteAsync();
        await world.StartLeadingAsync(_time, log, elects: true);
        world.ApplySecret();
        world.ApplyInstallation();
        await held;
        world.Api.Fail(
            request => request.IsWrite && request.Path.Contains("/leases/", StringComparison.Ordinal),
            new FakeFault.Hang(), times: int.MaxValue);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains("[+] lease ok\n", world.Health.Liveness().Text, StringComparison.Ordinal);
        _time.Advance(Second);

        AssertFails(world.Health, "lease: led on for 31 s without a renewal");
    }

    // Loops beside the frozen one are late too until they have noticed that the clock moved: only its line is sure.
    private static void AssertFails(HealthChecks health, string line)
    {
        var report = health.Liveness();
        Assert.False(report.IsHealthy);
        Assert.Contains($"[-] {line}\n", report.Text, StringComparison.Ordinal);
    }
}
