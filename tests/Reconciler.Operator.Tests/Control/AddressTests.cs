using System.Text.Json.Nodes;
using Reconciler.Emulator;
using Reconciler.TestKit.Api;

namespace Reconciler.Operator.Tests.Control;

/// <summary>The address of an Installation changes while its ledger holds modules of the former one.</summary>
public sealed class AddressTests
{
    [Fact]
    public async Task The_new_address_is_not_even_asked_until_it_is_confirmed()
    {
        await using var world = await OperatorWorld.StartAsync();
        await using var other = await EmulatorServer.StartAsync();
        await world.ApplyReadyAsync("one");
        var (key, mirror) = world.KeysOf("one");
        Assert.Equal(key, mirror);
        var address = other.BaseUrl.ToString().TrimEnd('/');

        world.ApplyInstallation(baseUrl: address);
        await world.UntilInstallationReasonAsync("TakeoverPending");
        await world.UntilReasonAsync("one", "TakeoverPending");
        var message = OperatorWorld.MessageOf(world.Installations.Get("acme", OperatorWorld.Namespace));
        Assert.Contains($"reconciler.io/confirm-takeover: {address}.", message, StringComparison.Ordinal);
        Assert.Empty(other.Requests());
        Assert.Single(world.Remote.Modules());
        Assert.Equal((key, key), world.KeysOf("one"));

        var installation = world.Installations.Get("acme", OperatorWorld.Namespace)!;
        installation.Meta()["annotations"] = new JsonObject { ["reconciler.io/confirm-takeover"] = address };
        world.Installations.Put(installation);
        await world.UntilAsync(() => other.Requests().Count > 0);
        Assert.Equal(["POST"], world.RemoteWrites());
    }

    [Fact]
    public async Task Set_back_it_goes_on()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        world.ApplyInstallation(baseUrl: "http://127.0.0.1:1");
        await world.UntilInstallationReasonAsync("TakeoverPending");

        world.ApplyInstallation();
        await world.UntilInstallationReasonAsync("Synced");
        Assert.Equal(["POST"], world.RemoteWrites());
    }
}
