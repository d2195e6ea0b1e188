using Reconciler.EndToEnd.Tests.Scenarios;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>What `helm uninstall` runs, as the rendered Job says and under its ServiceAccount: every request is
/// granted, and the hook's own roles grant no more.</summary>
public sealed class UninstallHookTests
{
    private const string Finalizer = "jsonpath={.metadata.finalizers}";

    [Theory]
    [InlineData("")]
    [InlineData("watchNamespaces=[team-a]")]
    public async Task Orphaning_after_the_operator_is_gone_needs_all_rights_of_the_hook_and_no_others(string set)
    {
        await using var stage = await ChartStage.StartAsync("uninstall-orphan", _ =>
            ["-set", "uninstall.policy=Orphan", .. set.Length == 0 ? (string[])[] : ["-set", set]]);
        var kubectl = stage.In("team-a");
        await OneReadyAsync(stage, kubectl);
        await stage.RemoveReleaseAsync();

        var (result, calls) = await stage.RunHookAsync();

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("2 resources released; their remote modules stay", result.Output, StringComparison.Ordinal);
        var grants = Grant.OfHooks(stage.Objects);
        Assert.All(calls, call => Assert.Contains(grants, grant => grant.Allows(call)));
        Assert.All(grants, grant => Assert.Contains(calls, grant.Allows));
        Assert.Equal("", await kubectl.RunAsync("get", "dm/one", "-o", Finalizer));
        await kubectl.RunAsync("delete", "dm,dminst", "--all", "--timeout=30s");
        Assert.Single(await stage.Remote.ModulesAsync());
    }

    [Fact]
    public async Task Refusing_before_anything_is_deleted_needs_no_right_that_the_operator_lacks()
    {
        await using var stage = await ChartStage.StartAsync("uninstall-refuse", _ => []);
        Assert.Empty(Grant.OfHooks(stage.Objects));
        var kubectl = stage.In("team-a");
        await OneReadyAsync(stage, kubectl);

        var (refused, calls) = await stage.RunHookAsync();

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("2 resources still carry the operator's finalizer", refused.Error, StringComparison.Ordinal);
        var grants = Grant.AllOf(stage.Objects);
        Assert.NotEmpty(calls);
        Assert.All(calls, call => Assert.Contains(grants, grant => grant.Allows(call)));
        Assert.All(calls, call => Assert.Equal("list", call.Verb));

        await kubectl.RunAsync("delete", "dm,dminst", "--all", "--timeout=60s");
        Assert.Equal(0, (await stage.RunHookAsync()).Result.ExitCode);
    }

    private static async Task OneReadyAsync(ChartStage stage, Kubectl kubectl)
    {
        await stage.StartOperatorAsync();
        await kubectl.ApplyAsync(Manifests.Join(
        [
            Manifests.Installation(
                ApiUnderTest.ForgeV2, stage.Emulator.BaseUrl, spec: "", $"token: {EmulatorClient.DefaultToken}"),
            Manifests.Trigger("one"),
        ]));
        await kubectl.WaitAsync("condition=Ready", "dm/one");
    }
}
