using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.TestKit;

namespace Reconciler.Core.Tests.Doubles;

/// <summary>One installation with everything around it, run pass by pass under a manual clock.</summary>
public sealed class World
{
    private static readonly InstallationKey Key = new("team-a", "acme");

    private int _nextAttempt = 1;

    public World()
    {
        Remote = new FakeRemote(Tripwire);
        Store = new FakeLedgerStore(Tripwire);
        Memory = new PassMemory(Clock);
    }

    public ManualTimeProvider Clock { get; } = new();
    public Tripwire Tripwire { get; } = new();
    public FakeRemote Remote { get; }
    public FakeLedgerStore Store { get; }
    public FakeFence Fence { get; set; } = new();
    public PassMemory Memory { get; set; }
    public Installation Installation { get; set; } = new(Key);
    public List<DesiredModule> Desired { get; } = [];
    public string ClusterId { get; set; } = "cluster-1";
    public PassOptions Options { get; set; } = new();
    public Ledger Ledger => Store.Stored!;

    /// <summary>Adds a desired module.</summary>
    public DesiredModule Want(string name, string data = "{\"a\":1}", string type = "trigger")
    {
        var module = Module(name, data, type);
        Desired.Add(module);
        return module;
    }

    public static DesiredModule Module(string name, string data = "{\"a\":1}", string type = "trigger") =>
        new(new ModuleOwner($"uid-{name}", "team-a", name), ModuleContent.Parse(type, data));

    public void Change(string name, Func<DesiredModule, DesiredModule> change)
    {
        var at = Desired.FindIndex(module => module.Owner.Name == name);
        Desired[at] = change(Desired[at]);
    }

    /// <summary>The process is replaced by another one: all it knew is gone.</summary>
    public void Restart()
    {
        Memory = new PassMemory(Clock);
        Fence = new FakeFence();
    }

    /// <summary>One pass, after a rest: what the memory keeps has to be as good packed as open.</summary>
    public Task<PassResult> PassAsync(CancellationToken cancellationToken = default)
    {
        Memory.Rest();
        return NewPass().RunAsync(new PassInput(Installation, [.. Desired], ClusterId, "writer"), cancellationToken);
    }

    /// <summary>A pass that waits inside; the clock moves on while it does.</summary>
    public async Task<PassResult> PassThroughDelaysAsync()
    {
        var pass = PassAsync();
        while (!pass.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return await pass;
    }

    public Task<PassResult> PlanAsync() =>
        NewPass().PlanAsync(new PassInput(Installation, [.. Desired], ClusterId, "writer"), default);

    /// <summary>Passes until nothing is left to do, moving the clock by what each pass asks for; released resources
    /// disappear.</summary>
    public async Task<PassResult> SettleAsync(int passes = 40)
    {
        for (var i = 0; i < passes; i++)
        {
            var result = await PassAsync();
            var released = result.Verdicts.Where(verdict => verdict.Released)
                .Select(verdict => verdict.Owner).ToHashSet();
            Desired.RemoveAll(module => released.Contains(module.Owner));
            switch (result.Outcome)
            {
                case PassOutcome.Settled or PassOutcome.Stalled when released.Count == 0:
                    return result;
                case PassOutcome.Wait wait:
                    Clock.Advance(wait.After);
                    break;
                case PassOutcome.Retry retry:
                    Clock.Advance(retry.RetryAfter ?? TimeSpan.FromSeconds(1));
                    break;
                default:
                    Clock.Advance(TimeSpan.FromSeconds(1));
                    break;
            }
        }

        throw new InvalidOperationException($"not settled after {passes} passes: {(await PassAsync()).Outcome}");
    }

    /// <summary>What was sent without an answer is carried out so long from now, just before a list.</summary>
    public void CommitAfter(TimeSpan wait, string key, ModuleContent content)
    {
        var began = Clock.Elapsed;
        Remote.Before = call =>
        {
            if (Clock.Elapsed - began >= wait && call == "LIST")
            {
                Remote.Before = _ => { };
                Remote.Put(content, key);
            }
        };
    }

    /// <summary>Deletes the only resource: it goes, and a minute later nothing is left of it.</summary>
    public async Task DeleteWithoutTraceAsync(string name)
    {
        Change(name, module => module with { Deleting = true });
        await SettleAsync();
        Assert.Empty(Desired);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await PassAsync();

        Assert.Empty(Remote.Modules);
        Assert.Empty(Ledger.Entries);
    }

    /// <summary>A second and third pass, an hour of resyncs later, write nothing at all (M1).</summary>
    public async Task AssertFixpointAsync()
    {
        await PassAsync();
        var (writes, calls) = (Store.Writes, Remote.Writes.Count());
        Clock.Advance(TimeSpan.FromHours(1));
        await PassAsync();
        Assert.Equal(writes, Store.Writes);
        Assert.Equal(calls, Remote.Writes.Count());
    }

    /// <summary>The only module of the remote, by key.</summary>
    public string OnlyKey => Assert.Single(Remote.Modules).Key;

    public int Posts => Remote.Calls.Count(call => call.StartsWith("POST", StringComparison.Ordinal));

    public static ModuleContent Content(string data, string type = "trigger") => ModuleContent.Parse(type, data);

    private InstallationPass NewPass() => new(
        Remote, Store, Memory, Fence, Options, Clock, () => $"attempt-{_nextAttempt++:000}");
}

/// <summary>The right to write, given and taken by the test.</summary>
public sealed class FakeFence : IWriteFence
{
    private readonly CancellationTokenSource _lost = new();

    public bool Holds { get; private set; } = true;

    public CancellationToken Lost => _lost.Token;

    public void Lose()
    {
        Holds = false;
        _lost.Cancel();
    }

    /// <summary>Lost without anybody having noticed yet.</summary>
    public void Expire() => Holds = false;
}
