using System.Text.Json.Nodes;
using Reconciler.Atlassian;
using Reconciler.Core.Verdicts;

namespace Reconciler.Operator.Tests.Control;

/// <summary>What one tenant of the cluster cannot do to another, or to the cluster's network (docs/threat-model.md).
/// </summary>
public sealed class TenantTests
{
    [Theory]
    [InlineData("https://169.254.169.254", "cloud metadata")]
    [InlineData("https://10.96.0.1", "private")]
    [InlineData("https://[::1]:6443", "loopback")]
    public async Task An_address_inside_is_refused_before_the_credential_is_read(string baseUrl, string expected)
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.Hosts = new RemoteHosts([], [], loopback: false);
        world.Start();
        world.ApplySecret();
        world.ApplyInstallation(baseUrl: baseUrl);
        world.ApplyModule("one");

        await world.UntilInstallationReasonAsync(Reasons.InvalidData);

        var message = OperatorWorld.MessageOf(world.Installations.Get("acme", OperatorWorld.Namespace));
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("--allow-remote-hosts", message, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Api.Requests, request =>
            request.Path.Contains("/secrets/acme-token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secret_of_another_namespace_cannot_be_named()
    {
        await using var world = await OperatorWorld.StartAsync();
        world.ApplySecret();
        var foreign = world.Installations.Put("thief", "team-b", new JsonObject
        {
            ["api"] = "ForgeV2",
            ["baseUrl"] = world.Remote.BaseUrl.ToString(),
            ["credentials"] = new JsonObject { ["secretRef"] = new JsonObject { ["name"] = "acme-token" } },
        });

        await world.UntilAsync(() => Reason(world) == Reasons.AwaitingToken);

        Assert.NotNull(foreign);
        Assert.Empty(world.Remote.Requests());
        Assert.DoesNotContain(world.Api.Requests, request =>
            request.Path.Contains("namespaces/team-a/secrets/acme-token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_module_of_another_namespace_is_served_only_while_the_installation_allows_it()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        world.ApplyModule("guest", inNamespace: "team-b", change: spec =>
            spec["installationRef"] = new JsonObject { ["name"] = "acme", ["namespace"] = OperatorWorld.Namespace });

        await world.UntilAsync(() => OperatorWorld.MessageOf(world.Modules.Get("guest", "team-b"))
            .Contains("allowedNamespaces", StringComparison.Ordinal));
        Assert.Single(world.Remote.Modules());

        world.ApplyInstallation(change: spec => spec["allowedNamespaces"] = new JsonArray("team-b"));
        await world.UntilAsync(() =>
            OperatorWorld.ReadyOf(world.Modules.Get("guest", "team-b"))?["reason"]?.GetValue<string>()
                == Reasons.Synced);
        Assert.Equal(2, world.Remote.Modules().Count);
    }

    private static string? Reason(OperatorWorld world) =>
        OperatorWorld.ReadyOf(world.Installations.Get("thief", "team-b"))?["reason"]?.GetValue<string>();
}
