using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Tests.Doubles;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Tests.Execution;

/// <summary>A remote whose only update is delete and register (crash-safety.md §9, T8r).</summary>
public sealed class ReplacementTests
{
    private static readonly ModuleContent Former = World.Content("{\"a\":1}");
    private static readonly ModuleContent New = World.Content("{\"a\":2}");

    private readonly World _world = new();

    public ReplacementTests() => _world.Installation = _world.Installation with { Api = RemoteApi.ConnectJira };

    [Fact]
    public async Task A_replacement_cut_in_half_is_finished_under_the_same_key()
    {
        var key = await BoundAsync();
        await CutAsync(key);
        Assert.Equal(Former, _world.Ledger.Entries["uid-one"].Former);
        _world.Restart();

        var result = await _world.SettleAsync();

        Assert.Equal((Progress.Ready, key), (result.Verdicts[0].Progress, result.Verdicts[0].Key));
        Assert.Equal(New, _world.Remote.Modules[key]);
        Assert.Null(_world.Ledger.Entries["uid-one"].Former);
        Assert.Equal(1, _world.Posts);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task A_refused_replacement_leaves_the_former_and_nothing_to_resume()
    {
        var key = await BoundAsync();
        _world.Remote.Accepts = content => !content.Equals(New);

        var result = await _world.SettleAsync();

        Assert.Equal((Progress.Stalled, Reasons.InvalidData), (result.Verdicts[0].Progress, result.Verdicts[0].Reason));
        Assert.Equal(Former, _world.Remote.Modules[key]);
        Assert.False(_world.Ledger.Entries["uid-one"].Replacing);
        await _world.AssertFixpointAsync();
    }

    /// <summary>Each try takes a working module away: one that cannot be understood is the last all the same.</summary>
    [Fact]
    public async Task A_replacement_that_is_refused_illegibly_is_not_tried_again_and_again()
    {
        var key = await BoundAsync();
        _world.Remote.Accepts = content => !content.Equals(New);
        _world.Remote.Refusal = new RemoteFault.Malformed("Refused, but why cannot be read.", 400);

        var result = await _world.SettleAsync();

        Assert.Equal(Progress.Stalled, result.Verdicts[0].Progress);
        Assert.Equal(Former, _world.Remote.Modules[key]);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task A_restoration_that_is_refused_too_is_made_by_a_later_pass()
    {
        var key = await BoundAsync();
        _world.Remote.Accepts = _ => false;
        var refused = await _world.PassAsync();
        Assert.Equal(Reasons.InvalidData, refused.Verdicts[0].Reason);
        Assert.Empty(_world.Remote.Modules);
        Assert.Equal(Former, _world.Ledger.Entries["uid-one"].Former);

        // Nor does another process know less, and the new definition is not sent again (I12).
        _world.Restart();
        await _world.PassAsync();
        Assert.Equal(Former, _world.Ledger.Entries["uid-one"].Former);
        _world.Remote.Accepts = content => content.Equals(New) ? throw new InvalidOperationException("I12") : true;
        var result = await _world.SettleAsync();

        Assert.Equal(Former, _world.Remote.Modules[key]);
        Assert.Equal((Progress.Stalled, Reasons.InvalidData), (result.Verdicts[0].Progress, result.Verdicts[0].Reason));
        await _world.AssertFixpointAsync();
    }

    /// <summary>Seed 40166 on ConnectConfluence: once a second, without end.</summary>
    [Fact]
    public async Task A_replacement_whose_key_is_taken_is_tried_again_soon_and_then_ever_less_often()
    {
        var key = await BoundAsync();
        for (var time = 0; time < 2; time++)
        {
            _world.Remote.Accepts = _ => false;
            _world.Remote.Refusal = new RemoteFault.KeyConflict("the key exists", 400);
            var waits = new List<double>();
            for (var pass = 0; pass < 10; pass++)
            {
                var result = await _world.PassAsync();
                Assert.Equal(Reasons.KeyConflict, result.Verdicts[0].Reason);
                var wait = Assert.IsType<PassOutcome.Wait>(result.Outcome).After;
                waits.Add(wait.TotalSeconds);
                _world.Clock.Advance(wait);
            }

            Assert.Equal([1, 1, 2, 4, 8, 16, 32, 60, 60, 60], waits);

            // The key is free again: what happens to the next replacement is a matter of its own.
            _world.Remote.Accepts = _ => true;
            await _world.SettleAsync();
            Assert.Equal(key, _world.OnlyKey);
            _world.Clock.Advance(TimeSpan.FromMinutes(5));
            await _world.PassAsync();
            _world.Change("one", module => module with { Content = Former });
        }
    }

    [Fact]
    public async Task A_replacement_cut_in_half_and_then_refused_ends_with_the_former()
    {
        var key = await BoundAsync();
        await CutAsync(key);
        _world.Restart();
        _world.Remote.Accepts = content => !content.Equals(New);

        var result = await _world.SettleAsync();

        Assert.Equal(Reasons.InvalidData, result.Verdicts[0].Reason);
        Assert.Equal(Former, _world.Remote.Modules[key]);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task A_spec_that_goes_back_to_the_former_is_registered()
    {
        var key = await BoundAsync();
        await CutAsync(key);
        _world.Restart();
        _world.Change("one", module => module with { Content = Former });

        await _world.SettleAsync();

        Assert.Equal(Former, _world.Remote.Modules[key]);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task A_module_deleted_in_a_half_replacement_is_gone_and_its_resource_is_released()
    {
        var key = await BoundAsync();
        await CutAsync(key);
        _world.Restart();
        _world.Change("one", module => module with { Deleting = true });

        await _world.SettleAsync();

        Assert.Empty(_world.Desired);
        Assert.Empty(_world.Remote.Modules);
        Assert.Empty(_world.Ledger.Entries);
    }

    /// <summary>Seed 27 on ConnectJira: what a replacement registers got no answer and was carried out after the
    /// delete.</summary>
    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "imported")]
    [InlineData(true, "imported")]
    public async Task A_register_that_is_carried_out_after_the_delete_leaves_nothing(
        bool resumedBefore, string? importKey)
    {
        var key = importKey is null ? await BoundAsync() : await ImportedAsync(importKey);
        await CutAsync(key);
        _world.Restart();
        if (resumedBefore)
        {
            await _world.SettleAsync();
        }

        _world.CommitAfter(TimeSpan.FromSeconds(50), key, New);

        await _world.DeleteWithoutTraceAsync("one");
    }

    [Fact]
    public async Task T10x_what_may_still_be_carried_out_goes_with_an_installation_that_refused_us_for_a_day()
    {
        var key = await BoundAsync();
        await CutAsync(key);
        _world.Restart();
        _world.Change("one", module => module with { Deleting = true });
        _world.Remote.FaultFor = _ => new RemoteFault.Unauthorized("gone", 401);
        Assert.False((await _world.PassAsync()).Verdicts[0].Released);
        _world.Clock.Advance(TimeSpan.FromHours(25));

        await _world.PassAsync();
        Assert.True((await _world.PassAsync()).Verdicts[0].Released);
        Assert.Empty(_world.Ledger.ClosedAttempts);
    }

    /// <summary>The content in the tombstone of a replacement is the one before, which others may have: here a module
    /// that was let go on purpose.</summary>
    [Fact]
    public async Task T12_a_module_under_another_key_is_no_late_register_when_its_owner_is_gone()
    {
        var key = await BoundAsync();
        var ledger = _world.Ledger.MarkReplacing("uid-one", Former, _world.Clock.GetUtcNow());
        ledger = ledger.DoubtReplacement("uid-one", _world.Clock.GetUtcNow()).Remove("uid-one");
        var doubt = Assert.Single(ledger.ClosedAttempts);
        Assert.Equal(key, doubt.Key);
        _world.Store.Stored = ledger with { Released = new[] { "others" }.ToOrdinalSet() };
        _world.Restart();
        _world.Desired.Clear();
        _world.Installation = _world.Installation with { Ownership = OwnershipMode.Exclusive };
        _world.Remote.Modules.Clear();
        _world.Remote.Put(Former, "others");

        await _world.PassAsync();

        Assert.Empty(_world.Ledger.Orphans);
        Assert.Equal("others", _world.OnlyKey);
    }

    [Fact]
    public async Task Mode_CreateOnly_finishes_what_it_would_not_begin()
    {
        var key = await BoundAsync();
        await CutAsync(key);
        _world.Restart();
        _world.Installation = _world.Installation with { Mode = ManagementMode.CreateOnly };

        await _world.SettleAsync();

        Assert.Equal(New, _world.Remote.Modules[key]);
    }

    [Fact]
    public async Task A_ledger_of_an_older_version_without_the_former_registers_the_module_anew()
    {
        var key = await BoundAsync();
        await CutAsync(key);
        _world.Restart();
        var entries = _world.Ledger.Entries;
        _world.Store.Stored = _world.Ledger with
        {
            Entries = entries.SetItem("uid-one", entries["uid-one"] with { Former = null }),
        };

        await _world.SettleAsync();

        Assert.Equal(New, _world.Remote.Modules[key]);
        Assert.Equal(2, _world.Posts);
    }

    [Fact]
    public async Task A_crash_at_any_step_of_a_refused_replacement_ends_with_the_former()
    {
        for (var (step, crashed) = (1, true); crashed; step++)
        {
            var world = new World { Installation = _world.Installation };
            var key = await BoundAsync(world);
            world.Remote.Accepts = content => !content.Equals(New);
            crashed = await CrashesAsync(world, step);
            world.Restart();

            var result = await world.SettleAsync();

            Assert.Equal(Reasons.InvalidData, result.Verdicts[0].Reason);
            Assert.Equal(Former, world.Remote.Modules[key]);
            await world.AssertFixpointAsync();
        }
    }

    private static async Task<bool> CrashesAsync(World world, int step)
    {
        world.Tripwire.Reset(step);
        try
        {
            await world.PassAsync();
            return false;
        }
        catch (CrashException)
        {
            return true;
        }
        finally
        {
            world.Tripwire.Reset(null);
        }
    }

    private Task<string> BoundAsync() => BoundAsync(_world);

    private Task<string> ImportedAsync(string key)
    {
        _world.Remote.Put(Former, key);
        return BoundAsync(_world, key);
    }

    private static async Task<string> BoundAsync(World world, string? importKey = null)
    {
        world.Want("one");
        world.Change("one", module => module with { ImportKey = importKey });
        await world.SettleAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        await world.PassAsync();
        world.Change("one", module => module with { Content = New });
        return world.OnlyKey;
    }

    /// <summary>The process dies between delete and register.</summary>
    private async Task CutAsync(string key)
    {
        _world.Remote.Before = call => _world.Tripwire.Reset(call == $"PUT {key}" ? 1 : null);
        await Assert.ThrowsAsync<CrashException>(() => _world.PassAsync());
        _world.Remote.Before = _ => { };
        _world.Tripwire.Reset(null);
        Assert.Empty(_world.Remote.Modules);
    }
}
