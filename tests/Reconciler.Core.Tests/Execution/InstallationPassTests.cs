using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Tests.Doubles;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Tests.Execution;

/// <summary>The life of modules, pass by pass.</summary>
public sealed class InstallationPassTests
{
    private readonly World _world = new();

    [Fact]
    public async Task A_desired_module_is_registered_and_bound_to_the_key_the_server_made()
    {
        _world.Want("one");

        var result = await _world.PassAsync();

        Assert.IsType<PassOutcome.Settled>(result.Outcome);
        var verdict = Assert.Single(result.Verdicts);
        Assert.Equal((Progress.Ready, Reasons.Synced, "key-001"), (verdict.Progress, verdict.Reason, verdict.Key));
        Assert.Equal(["LIST", "POST attempt-001"], _world.Remote.Calls);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task A_hundred_new_modules_take_one_list_a_hundred_posts_and_at_most_twenty_ledger_writes()
    {
        for (var i = 0; i < 100; i++)
        {
            _world.Want($"m{i:000}", $"{{\"n\":{i}}}");
        }

        await _world.PassAsync();

        Assert.Equal(100, _world.Remote.Modules.Count);
        Assert.Equal(1, _world.Remote.Calls.Count(call => call == "LIST"));
        Assert.Equal(100, _world.Remote.Calls.Count(call => call.StartsWith("POST", StringComparison.Ordinal)));
        Assert.InRange(_world.Store.Writes, 1, 20);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task A_changed_spec_is_put_to_the_same_key()
    {
        _world.Want("one");
        await _world.PassAsync();
        _world.Change("one", module => module with { Content = ModuleContent.Parse("trigger", "{\"a\":2}") });

        var result = await _world.PassAsync();

        Assert.Equal(Progress.Ready, result.Verdicts[0].Progress);
        Assert.Equal("PUT key-001", _world.Remote.Writes.Last());
        Assert.Equal("{\"a\":2}", Text(_world.Remote.Modules["key-001"]));
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task A_module_changed_from_outside_is_put_back()
    {
        _world.Want("one");
        await _world.PassAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
        _world.Remote.Modules["key-001"] = ModuleContent.Parse("trigger", "{\"a\":9}");

        await _world.PassAsync();

        Assert.Equal("{\"a\":1}", Text(_world.Remote.Modules["key-001"]));
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task A_module_deleted_remotely_is_registered_again_after_a_second_look()
    {
        _world.Want("one");
        await _world.PassAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
        _world.Remote.Modules.Clear();

        var first = await _world.PassAsync();
        Assert.Equal(Reasons.Missing, first.Verdicts[0].Reason);
        Assert.Empty(_world.Remote.Modules);
        await _world.SettleAsync();

        Assert.Equal("key-002", Assert.Single(_world.Remote.Modules).Key);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task A_deleted_resource_takes_its_module_with_it_and_is_released_only_then()
    {
        _world.Want("one");
        await _world.PassAsync();
        _world.Change("one", module => module with { Deleting = true });

        var result = await _world.PassAsync();

        Assert.True(Assert.Single(result.Verdicts).Released);
        Assert.Empty(_world.Remote.Modules);
        Assert.Empty(_world.Ledger.Entries);
        Assert.Equal(["DELETE key-001", "GET key-001"], _world.Remote.Calls.TakeLast(2));
    }

    [Fact]
    public async Task Server_defaults_are_learned_and_are_no_drift()
    {
        _world.Remote.Defaults = content => ModuleContent.Parse(
            content.Type, Text(content).Replace("}", ",\"zz\":true}", StringComparison.Ordinal));
        _world.Remote.Echoes = false;
        _world.Want("one");
        await _world.PassAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));

        await _world.PassAsync();

        await _world.AssertFixpointAsync();
        Assert.Single(_world.Remote.Writes);
    }

    [Fact]
    public async Task A_plan_writes_nothing_anywhere()
    {
        _world.Want("one");

        var result = await _world.PlanAsync();

        Assert.IsType<PlannedAction.Create>(Assert.Single(result.Plan!.Actions));
        Assert.Empty(_world.Remote.Writes);
        Assert.Equal(0, _world.Store.Writes);
    }

    [Fact]
    public async Task A_failed_list_concludes_nothing()
    {
        _world.Want("one");
        await _world.PassAsync();
        _world.Remote.FaultFor = call => call == "LIST" ? new RemoteFault.Unauthorized("bad token", 401) : null;

        var result = await _world.PassAsync();

        Assert.IsType<PassOutcome.Retry>(result.Outcome);
        Assert.Null(result.Counts);
        Assert.Equal(("key-001", Reasons.AuthorizationFailed), (result.Verdicts[0].Key, result.Verdicts[0].Reason));
        Assert.Equal(Progress.Stalled, result.Installation.Progress);
    }

    private static string Text(ModuleContent content) => System.Text.Encoding.UTF8.GetString(content.Data.Span);
}
