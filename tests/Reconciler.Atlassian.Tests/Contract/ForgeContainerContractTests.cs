using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Modules;
using Reconciler.Emulator;

namespace Reconciler.Atlassian.Tests.Contract;

public sealed class ForgeContainerContractTests : ForgeContract
{
    protected override RemoteApi Api => RemoteApi.ForgeContainer;

    protected override Credential Credential => new Credential.Container(null, EmulatorOptions.DefaultInstallation);

    protected override Credential WrongCredential => new Credential.Container("no-such-invocation", null);

    [Fact]
    public async Task X4_an_update_goes_to_the_collection()
    {
        var registry = Registry;
        var key = await CreatedAsync(registry, "one");
        await registry.UpdateAsync(key, Content("two"), default);
        var put = Assert.Single(Remote.Requests(), request => request.Verb == "PUT");
        Assert.Equal("/atlassian/forge/installation/v1/dynamic/module", put.Path);
    }
}
