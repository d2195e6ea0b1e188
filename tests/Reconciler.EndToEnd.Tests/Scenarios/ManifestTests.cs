namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>The objects of the scenarios are valid, so that a scenario fails for its own reason only.</summary>
public sealed class ManifestTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task The_objects_of_the_scenarios_are_accepted_and_carry_their_options()
    {
        var kubectl = await cluster.NewNamespaceAsync();
        await kubectl.ApplyAsync(Manifests.Installation(
            ApiUnderTest.ForgeV2, new Uri("http://127.0.0.1:80"), "interval: 10s", "token: a-token"));
        await kubectl.ApplyAsync(Manifests.Join(
        [
            Manifests.Trigger("one", "elsewhere", "deletionPolicy: Orphan\nsuspend: true"),
            Manifests.Trigger("two"),
        ]));

        var installation = (await kubectl.GetAsync("dminst/acme"))["spec"]!;
        Assert.Equal("http://127.0.0.1", installation["baseUrl"]!.GetValue<string>());
        Assert.Equal("10s", installation["interval"]!.GetValue<string>());
        var one = (await kubectl.GetAsync("dm/one"))["spec"]!;
        Assert.Equal("elsewhere", one["data"]!["endpoint"]!.GetValue<string>());
        Assert.Equal("Orphan", one["deletionPolicy"]!.GetValue<string>());
        Assert.True(one["suspend"]!.GetValue<bool>());
        Assert.Equal("two", (await kubectl.GetAsync("dm/two"))["spec"]!["data"]!["endpoint"]!.GetValue<string>());
    }
}
