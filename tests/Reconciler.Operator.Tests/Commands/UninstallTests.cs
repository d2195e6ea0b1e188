using System.Text.Json.Nodes;
using Reconciler.TestKit.Api;

namespace Reconciler.Operator.Tests.Commands;

/// <summary><c>reconciler uninstall</c> against a fake API server.</summary>
public sealed class UninstallTests
{
    [Fact]
    public async Task Refuse_fails_while_a_resource_carries_our_finalizer_and_changes_nothing()
    {
        await using var api = await StartAsync();
        await using var fixture = await CommandFixture.StartAsync();

        var result = await fixture.RunAsync(["uninstall", "--kubeconfig", KubeconfigOf(fixture, api)]);

        var error = result.SingleError();
        Assert.StartsWith(
            "error: 3 resources still carry the operator's finalizer, DynamicModule team-a/held first: delete them",
            error, StringComparison.Ordinal);
        Assert.DoesNotContain(api.Requests, request => request.IsWrite);
    }

    [Fact]
    public async Task Orphan_removes_our_finalizer_wherever_it_stands_and_no_other()
    {
        await using var api = await StartAsync();
        await using var fixture = await CommandFixture.StartAsync();
        string[] arguments = ["uninstall", "--policy", "Orphan", "--kubeconfig", KubeconfigOf(fixture, api)];

        var result = await fixture.RunAsync(arguments);

        Assert.Equal((0, "3 resources released; their remote modules stay\n"), (result.Code, result.Output));
        Assert.Equal(3, api.Requests.Count(request => request.IsWrite));
        var again = await fixture.RunAsync(arguments);
        Assert.Equal((0, "0 resources released; their remote modules stay\n"), (again.Code, again.Output));
        Assert.Equal(3, api.Requests.Count(request => request.IsWrite));
        Assert.Equal(0, (await fixture.RunAsync(["uninstall", "--kubeconfig", KubeconfigOf(fixture, api)])).Code);
    }

    [Fact]
    public async Task Orphan_looks_again_at_what_changed_under_it()
    {
        await using var api = await StartAsync();
        api.Fail(request => request.IsWrite, new FakeFault.Refuse(422, "Invalid"), times: 2);
        await using var fixture = await CommandFixture.StartAsync();

        var result = await fixture.RunAsync(
            ["uninstall", "--policy", "Orphan", "--kubeconfig", KubeconfigOf(fixture, api)]);

        Assert.Equal((0, "3 resources released; their remote modules stay\n"), (result.Code, result.Output));
    }

    [Fact]
    public async Task One_that_cannot_be_released_does_not_keep_the_others_and_is_named()
    {
        await using var api = await StartAsync();
        api.Fail(
            request => request.IsWrite && request.Path.EndsWith("/held", StringComparison.Ordinal),
            new FakeFault.Refuse(403, "Forbidden", "no"), times: 3);
        await using var fixture = await CommandFixture.StartAsync();

        var result = await fixture.RunAsync(
            ["uninstall", "--policy", "Orphan", "--kubeconfig", KubeconfigOf(fixture, api)]);

        var error = result.SingleError();
        Assert.StartsWith(
            "error: 1 resource could not be released, DynamicModule team-a/held first", error,
            StringComparison.Ordinal);
        Assert.Contains("2 resources released", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_named_namespaces_are_looked_at()
    {
        await using var api = await StartAsync();
        await using var fixture = await CommandFixture.StartAsync();

        var result = await fixture.RunAsync(
            ["uninstall", "--namespace", "team-c", "--kubeconfig", KubeconfigOf(fixture, api)]);

        Assert.Equal((0, "no resource carries the operator's finalizer\n"), (result.Code, result.Output));
        Assert.All(api.Requests, request => Assert.Contains("/namespaces/team-c/", request.Path));
    }

    private static async Task<FakeApiServer> StartAsync()
    {
        var api = await FakeApiServer.StartAsync();
        var modules = api.Serve("reconciler.io/v1alpha1", "dynamicmodules", "DynamicModule");
        modules.Put(Guarded("held", "team-a", "reconciler.io/module"));
        modules.Put(Guarded("shared", "team-b", "example.com/other", "reconciler.io/module"));
        modules.Put(Guarded("free", "team-a", "example.com/other"));
        var installations = api.Serve("reconciler.io/v1alpha1", "installations", "Installation");
        installations.Put(Guarded("acme", "team-a", "reconciler.io/installation"));
        return api;
    }

    private static JsonObject Guarded(string name, string inNamespace, params string[] finalizers)
    {
        var resource = FakeObject.Create(name, inNamespace);
        resource["metadata"]!["finalizers"] = new JsonArray([.. finalizers.Select(one => (JsonNode)one)]);
        return resource;
    }

    private static string KubeconfigOf(CommandFixture fixture, FakeApiServer api) =>
        fixture.Write("../kubeconfig", WhyTests.Kubeconfig(api.Address));
}
