using Reconciler.Core.Modules;
using Reconciler.Simulation.Net;
using Reconciler.Simulation.World;

namespace Reconciler.Simulation;

/// <summary>What an installation at rest costs: each resync one list at the remote, and in the cluster the lease.
/// </summary>
public sealed class SettledTests
{
    private const int Modules = 3;

    // A resync comes after 5 minutes, a tenth more or less by the installation.
    private const int ResyncsMin = 21;
    private const int ResyncsMax = 27;

    // The first resync after settling may still write down what it learned (M1).
    private static readonly TimeSpan FirstResync = TimeSpan.FromMinutes(7);

    [Theory]
    [InlineData(RemoteApi.ForgeV2, 100)]
    [InlineData(RemoteApi.ForgeV2, 2)]
    [InlineData(RemoteApi.ForgeV1, 1)]
    [InlineData(RemoteApi.ForgeContainer, 2)]
    [InlineData(RemoteApi.ConnectJira, 100)]
    [InlineData(RemoteApi.ConnectConfluence, 100)]
    public void Two_settled_hours_are_one_list_per_resync_and_nothing_is_written_but_the_lease(
        RemoteApi api, int pageSize)
    {
        using var scenario = new SmallScenario(
            1, knobs => knobs with { Remote = knobs.Remote with { PageSizeMax = pageSize } }, api);
        scenario.Settle();
        scenario.Rest(FirstResync);
        var (remote, cluster) = (new List<SimRequest>(), new List<SimRequest>());
        scenario.World.Arriving = (server, request) => (server == "api" ? cluster : remote).Add(request);

        scenario.Rest(TimeSpan.FromHours(2));

        Assert.Empty(scenario.World.Violations.Found);
        Assert.All(remote, request => Assert.IsType<Remote.SimCall.List>(scenario.World.Remote.Dialect.Read(request)));
        AssertPagesOfResyncs(remote, (Modules + pageSize - 1) / pageSize);
        Assert.NotEmpty(cluster);
        Assert.All(cluster, static request => Assert.True(IsWatch(request) || IsOfTheLease(request), $"{request}"));
    }

    /// <summary>Each begins without a page token and reads on to the end; the clock may stop within the last.</summary>
    private static void AssertPagesOfResyncs(List<SimRequest> reads, int pages)
    {
        var begun = reads.Count(static read => !HasPageToken(read));
        Assert.InRange(begun, ResyncsMin, ResyncsMax);
        Assert.InRange(reads.Count, ((begun - 1) * pages) + 1, begun * pages);
        Assert.All(
            reads.Chunk(pages),
            static resync => Assert.Equal(
                [false, .. Enumerable.Repeat(true, resync.Length - 1)], resync.Select(HasPageToken)));
    }

    private static bool HasPageToken(SimRequest read) =>
        read.Parameter("nextPageToken") is { Length: > 0 };

    private static bool IsWatch(SimRequest request) =>
        request.Method == "GET" && request.Parameter("watch") == "true";

    private static bool IsOfTheLease(SimRequest request) =>
        request.Method is "GET" or "PATCH" && request.Path.Contains("/leases/", StringComparison.Ordinal);
}
