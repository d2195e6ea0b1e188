using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Tests.Doubles;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Tests.Execution;

/// <summary>A remote that registers several modules in one request, all or none (reference.md §7.4).</summary>
public sealed class BatchTests
{
    private readonly World _world = new();

    public BatchTests()
    {
        _world.Installation = _world.Installation with { Api = RemoteApi.ConnectJira };
        _world.Remote.TakesBatches = true;
        _world.Remote.Echoes = false;
    }

    [Fact]
    public async Task Creates_of_one_batch_are_announced_together_and_sent_in_one_request()
    {
        Want(25);
        _world.Remote.Before = call =>
        {
            if (call.StartsWith("POST", StringComparison.Ordinal))
            {
                var keys = call[5..].Split(',');
                var announced = _world.Ledger.Entries.Values.Where(entry => entry.Phase == EntryPhase.Intent);
                Assert.Equal(
                    keys.Order(StringComparer.Ordinal), announced.Select(e => e.Key!).Order(StringComparer.Ordinal));
            }
        };

        await _world.SettleAsync();

        Assert.Equal(3, _world.Posts);
        Assert.Equal(25, _world.Remote.Modules.Count);
        await _world.AssertFixpointAsync();
    }

    [Theory]
    [InlineData(CreateFate.LostAfterCommit, 1)]
    [InlineData(CreateFate.LostBeforeCommit, 2)]
    public async Task A_lost_answer_is_resolved_key_by_key_without_the_long_wait(CreateFate fate, int posts)
    {
        Want(4);
        _world.Remote.CreateFates.Enqueue(fate);
        var began = _world.Clock.Elapsed;

        await _world.SettleAsync();

        Assert.Equal(posts, _world.Posts);
        Assert.Equal(4, _world.Remote.Modules.Count);
        Assert.True(_world.Clock.Elapsed - began < TimeSpan.FromSeconds(30));
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task One_refused_module_is_found_by_sending_its_batch_one_by_one()
    {
        Want(12);
        _world.Remote.Accepts = content => !content.Equals(World.Content("{\"n\":3}"));

        var result = await _world.SettleAsync();

        // The batch of ten, its ten alone, and the batch of two.
        Assert.Equal(12, _world.Posts);
        Assert.Equal(11, _world.Remote.Modules.Count);
        var stalled = Assert.Single(result.Verdicts, verdict => verdict.Reason == Reasons.InvalidData);
        Assert.Equal("m03", stalled.Owner.Name);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task A_key_that_is_taken_holds_up_nobody_else()
    {
        Want(3);
        _world.Change("m01", module => module with { RequestedKey = "taken" });
        _world.Remote.Put(World.Content("{\"foreign\":1}"), "taken");
        _world.Remote.Unlisted.Add("taken");

        var result = await _world.PassAsync();

        Assert.Equal(["Synced", "KeyConflict", "Synced"], result.Verdicts.Select(verdict => verdict.Reason));
        Assert.Equal(World.Content("{\"foreign\":1}"), _world.Remote.Modules["taken"]);
    }

    [Fact]
    public async Task An_attempt_is_never_sent_twice()
    {
        Want(3);
        _world.Remote.Accepts = content => !content.Equals(World.Content("{\"n\":0}"));

        await _world.SettleAsync();

        var announced = _world.Ledger.Journal.Where(line => line.Rule == RuleIds.Create)
            .Select(line => line.Inputs["attempt"]);
        Assert.Equal(6, announced.Distinct(StringComparer.Ordinal).Count());
    }

    private void Want(int count)
    {
        for (var n = 0; n < count; n++)
        {
            _world.Want($"m{n:00}", $"{{\"n\":{n}}}");
        }
    }
}
