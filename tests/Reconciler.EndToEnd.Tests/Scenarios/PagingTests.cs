namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>Lists of several pages, on the APIs that have pages; Connect has none (reference.md §7.1).</summary>
public sealed class PagingTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Theory]
    [InlineData(nameof(ApiUnderTest.ForgeV2), """{"maxPageSize":7}""")]
    [InlineData(nameof(ApiUnderTest.ForgeV2), """{"maxPageSize":7,"defaultPageSize":7}""")]
    [InlineData(nameof(ApiUnderTest.ForgeV1), """{"maxPageSize":7}""")]
    [InlineData(nameof(ApiUnderTest.ForgeContainer), """{"maxPageSize":7}""")]
    public async Task Twenty_modules_are_read_over_pages_of_seven(string name, string settings)
    {
        var api = new[] { ApiUnderTest.ForgeV2, ApiUnderTest.ForgeV1, ApiUnderTest.ForgeContainer }
            .Single(one => one.Name == name);
        await using var world = await World.StartAsync(cluster, api);
        await world.Remote.ConfigureAsync(settings);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        string[] names = [.. Enumerable.Range(1, 20).Select(n => $"module-{n:d2}")];
        await world.ApplyModulesAsync(names);
        await world.AwaitReadyAsync(names);

        await world.AssertSettledAsync(pageSize: 7);

        Assert.Equal(20, (await world.Remote.ModulesAsync()).Count);
    }
}
