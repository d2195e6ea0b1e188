using System.Text.Json.Nodes;

namespace Reconciler.Operator.Tests.Control;

/// <summary>What is applied is registered, shown and kept, and nothing is written twice.</summary>
public sealed class ConvergenceTests
{
    [Fact]
    public async Task An_applied_module_shows_the_key_that_the_remote_made()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");

        var stored = Assert.Single(world.Remote.Modules());
        var module = world.Modules.Get("one", OperatorWorld.Namespace)!;
        Assert.Equal(stored.Key, module["status"]!["key"]!.GetValue<string>());
        Assert.Equal(stored.Key, module["metadata"]!["annotations"]!["reconciler.io/key"]!.GetValue<string>());
        Assert.Equal(1, module["status"]!["observedGeneration"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_second_pass_lists_once_and_writes_only_that_it_was_asked_for()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one", "two");
        await world.PassAsync();
        world.Api.ForgetRequests();
        world.Remote.ClearRequests();

        await world.PassAsync();

        var request = Assert.Single(world.Remote.Requests());
        Assert.Equal("GET", request.Verb);
        var write = Assert.Single(world.Api.Requests, r => r.IsWrite);
        Assert.EndsWith("/installations/acme/status", write.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_operator_writes_itself_starts_no_pass()
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.ApplySecret();
        world.ApplyInstallation();
        world.ApplyModule("one");
        world.Start();
        await world.UntilReadyAsync("one");
        await world.UntilInstallationReasonAsync("Synced");

        // The forced pass is the second: nothing in between listed the remote.
        await world.PassAsync();

        Assert.Equal(2, world.Remote.Requests().Count(request => request.Verb == "GET"));
    }

    [Fact]
    public async Task A_module_is_guarded_and_announced_before_it_is_registered()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");

        var requests = world.Api.Requests.Where(request => request.IsWrite).ToList();
        var guard = requests.FindIndex(r => r.Path.EndsWith("/dynamicmodules/one", StringComparison.Ordinal));
        var announced = requests.FindIndex(r => r.Text.Contains("Intent", StringComparison.Ordinal));
        var bound = requests.FindIndex(r => r.Text.Contains("Bound", StringComparison.Ordinal));
        Assert.Contains("reconciler.io/module", requests[guard].Text, StringComparison.Ordinal);
        Assert.True(guard >= 0 && guard < announced && announced < bound, $"{guard} < {announced} < {bound}");
    }

    [Fact]
    public async Task A_hundred_modules_cost_one_list_a_hundred_posts_and_few_writes()
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.ApplySecret();
        world.ApplyInstallation();
        string[] names = [.. Enumerable.Range(1, 100).Select(n => $"m-{n:d3}")];
        foreach (var name in names)
        {
            world.ApplyModule(name);
        }

        world.Start();
        await world.UntilReadyAsync(names);
        await world.UntilInstallationReasonAsync("Synced");

        Assert.Equal(1, world.Remote.Requests().Count(request => request.Verb == "GET"));
        Assert.Equal(100, world.Remote.Requests().Count(request => request.Verb == "POST"));
        Assert.True(Writes("/moduleledgers") <= 20, $"{Writes("/moduleledgers")} ledger writes");
        Assert.True(Writes("/dynamicmodules/") <= 300, "finalizer, status and key mirror: three writes per module");

        int Writes(string path) =>
            world.Api.Requests.Count(r => r.IsWrite && r.Path.Contains(path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_module_is_updated_in_place()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        var key = world.Remote.Modules().Single().Key;

        world.ApplyModule("one", endpoint: "changed");
        await world.UntilReadyAsync("one");

        Assert.Equal(["POST", "PUT"], world.RemoteWrites());
        Assert.Equal(key, world.Remote.Modules().Single().Key);
        await world.PassAsync();
        Assert.Equal(["POST", "PUT"], world.RemoteWrites());
    }

    [Fact]
    public async Task A_lost_status_is_written_again_without_a_remote_write()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        var module = world.Modules.Get("one", OperatorWorld.Namespace)!;
        module.Remove("status");

        world.Modules.Put(module);
        await world.UntilReadyAsync("one");

        Assert.Equal(["POST"], world.RemoteWrites());
    }

    [Fact]
    public async Task Only_finalizer_status_and_own_annotation_are_written()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");

        var patches = world.Api.Requests.Where(request => request.Method == "PATCH").ToList();
        Assert.NotEmpty(patches);
        foreach (var write in patches)
        {
            Assert.DoesNotContain("\"spec\"", write.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("labels", write.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_event_tells_each_transition_once()
    {
        // All is there before it starts: it sees no module without its Installation.
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.ApplySecret();
        world.ApplyInstallation();
        world.ApplyModule("one");
        world.Start();
        await world.UntilReadyAsync("one");
        await world.PassAsync();
        await world.PassAsync();
        await world.UntilAsync(() => EventsOf(world, "one").Count == 1);

        Assert.Equal("Synced", EventsOf(world, "one").Single()["reason"]!.GetValue<string>());
    }

    private static List<JsonObject> EventsOf(OperatorWorld world, string name) =>
        [.. world.Events.All.Where(e => e["regarding"]!["name"]!.GetValue<string>() == name)];
}
