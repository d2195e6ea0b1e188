using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Tests.Contract;

public sealed class ForgeV2ContractTests : ForgeContract
{
    protected override RemoteApi Api => RemoteApi.ForgeV2;

    [Fact]
    public async Task X7_the_key_in_data_is_the_servers_and_never_a_difference()
    {
        var registry = Registry;
        var key = await CreatedAsync(registry, "one");
        Assert.True(Guid.TryParse(key, out _));
        Assert.DoesNotContain(
            "key", Remote.Requests().Single(request => request.Verb == "POST").Body, StringComparison.Ordinal);
    }
}
