using System.Globalization;
using System.Text.Json.Nodes;
using Reconciler.Core.Status;
using Reconciler.Core.Verdicts;
using Reconciler.Emulator.Faults;
using Reconciler.Operator.Tests.Control;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>
/// The alert on the age of the last sync, from what an operator meets to what Prometheus concludes: the series that
/// /metrics shows of one installation stay as they are, and promtool lets time pass.
/// </summary>
[Collection(MonitoringCollection.Name)]
public sealed class StaleSyncTests
{
    public static TheoryData<string> ReasonsOfTheAlert =>
        [.. ReasonCatalogue.Entries.Where(entry => entry.Alert == AlertNames.SyncStale).Select(entry => entry.Reason)];

    [Theory]
    [MemberData(nameof(ReasonsOfTheAlert))]
    public async Task An_installation_that_never_synced_is_told_after_an_hour_whatever_the_reason(string reason)
    {
        await using var stage = await StageAsync();
        Bring(stage.World, reason);
        stage.World.Start();
        await stage.World.UntilInstallationReasonAsync(reason);

        await stage.AssertAsync("60m", fires: false);
        await stage.AssertAsync("66m", fires: true);
    }

    [Fact]
    public async Task A_suspended_installation_is_not_told()
    {
        await using var stage = await StageAsync();
        stage.World.ApplyInstallation(change: spec => spec["suspend"] = true);
        stage.World.Start();
        await stage.World.UntilInstallationReasonAsync(Reasons.Suspended);

        await stage.AssertAsync("200m", fires: false);
    }

    [Fact]
    public async Task An_installation_with_a_long_interval_is_told_after_three_of_them()
    {
        await using var stage = await StageAsync();
        stage.World.ApplySecret();
        stage.World.ApplyInstallation(change: spec => spec["interval"] = "2h");
        stage.World.Start();
        await stage.World.UntilInstallationReasonAsync(Reasons.Synced);

        await stage.AssertAsync("360m", fires: false);
        await stage.AssertAsync("366m", fires: true);
    }

    [Fact]
    public async Task A_leader_that_begins_in_an_outage_goes_on_with_its_age()
    {
        var began = DateTimeOffset.FromUnixTimeSeconds(
            TimeProvider.System.GetUtcNow().AddHours(-2).ToUnixTimeSeconds());
        await using var stage = await StageAsync();
        stage.World.ApplyInstallation(baseUrl: "http://127.0.0.1:1/");
        stage.World.Installations.Edit("acme", OperatorWorld.Namespace, installation =>
            installation["status"] = OutageSince(began));
        stage.World.ApplySecret();
        stage.World.Start();
        await stage.World.PassAsync();

        Assert.Equal(began.ToUnixTimeSeconds(), stage.LastSyncShown());
    }

    private static void Bring(OperatorWorld world, string reason)
    {
        switch (reason)
        {
            case Reasons.AwaitingToken:
                world.ApplyInstallation();
                break;
            case Reasons.RemoteUnavailable:
                world.ApplySecret();
                world.ApplyInstallation(baseUrl: "http://127.0.0.1:1/");
                break;
            case Reasons.RateLimited:
                world.Remote.AddFault(new FaultRule { Kind = FaultKind.StatusBeforeCommit, Status = 429 });
                world.ApplySecret();
                world.ApplyInstallation();
                break;
            default:
                Assert.Fail($"No way to {reason} is known here: say how an installation gets there.");
                break;
        }
    }

    private static JsonObject OutageSince(DateTimeOffset began) => new()
    {
        ["observedGeneration"] = 1,
        ["conditions"] = new JsonArray(new JsonObject
        {
            ["type"] = "Ready",
            ["status"] = "False",
            ["reason"] = Reasons.RemoteUnavailable,
            ["message"] = "Connection refused.",
            ["observedGeneration"] = 1,
            ["lastTransitionTime"] = began.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        }),
    };

    private static async Task<StaleSyncStage> StageAsync() => new(await OperatorWorld.StartAsync(started: false));
}
