using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Tests.Doubles;

namespace Reconciler.Core.Tests.Execution;

/// <summary>
/// M4: the process dies before or after the effect of every single port call, another one takes over, and the world
/// ends in the same state as without the crash. Ledger writes included: no step of a pass is special.
/// </summary>
public sealed class CrashTests
{
    private const int StepsMax = 400;

    public static TheoryData<string> Stories => new(AllStories.Keys);

    private static Dictionary<string, Action<World>> AllStories { get; } = new(StringComparer.Ordinal)
    {
        ["three creates"] = world => Wish(world, 3),
        ["twelve creates in two batches"] = world => Wish(world, 12),
        ["twins"] = world =>
        {
            Wish(world, 1);
            world.Desired.Add(World.Module("t1") with { AllowDuplicate = true });
            world.Desired.Add(World.Module("t2") with { AllowDuplicate = true });
        },
        ["a create whose answer is lost"] = world =>
        {
            Wish(world, 2);
            world.Remote.CreateFates.Enqueue(CreateFate.LostAfterCommit);
        },
        ["a create that never arrives"] = world =>
        {
            Wish(world, 2);
            world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        },
        ["update, delete and create at once"] = world =>
        {
            Wish(world, 3);
            Prepare(world);
            world.Change("m0", module => module with { Content = World.Content("{\"changed\":1}") });
            world.Change("m1", module => module with { Deleting = true });
            world.Want("m3", "{\"n\":3}");
        },
        ["deleted in mid-create"] = world =>
        {
            Wish(world, 2);
            world.Remote.CreateFates.Enqueue(CreateFate.LostAfterCommit);
            world.PassAsync().GetAwaiter().GetResult();
            world.Change("m0", module => module with { Deleting = true });
        },
        ["vanished remotely"] = world =>
        {
            Wish(world, 2);
            Prepare(world);
            world.Remote.Modules.Remove("key-001");
        },
        ["a sole writer cleans up"] = world =>
        {
            world.Installation = world.Installation with { Ownership = OwnershipMode.Exclusive };
            world.Remote.Put(World.Content("{\"n\":0}"));
            world.Remote.Put(World.Content("{\"rubbish\":1}"));
            Wish(world, 2);
        },
        ["a batch in one request"] = world => ConnectWish(world, 12),
        ["a batch in one request whose answer is lost"] = world =>
        {
            ConnectWish(world, 12);
            world.Remote.CreateFates.Enqueue(CreateFate.LostAfterCommit);
        },
        ["a replacement"] = world =>
        {
            ConnectWish(world, 2);
            Prepare(world);
            world.Change("m0", module => module with { Content = World.Content("{\"changed\":1}") });
        },
        ["client keys"] = world =>
        {
            world.Installation = world.Installation with { Api = RemoteApi.ConnectJira };
            Wish(world, 2);
            world.Remote.CreateFates.Enqueue(CreateFate.LostAfterCommit);
        },
    };

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task A_crash_at_any_step_ends_in_the_same_world(string story)
    {
        var expected = await RunAsync(story, crashAt: null);

        for (var step = 1; step <= StepsMax; step++)
        {
            var (world, crashed) = await RunAsync(story, step);
            Assert.Equal(Contents(expected.World), Contents(world));
            Assert.Equal(Claims(expected.World), Claims(world));
            if (!crashed)
            {
                return;
            }
        }

        Assert.Fail($"'{story}' takes more than {StepsMax} steps");
    }

    private static async Task<(World World, bool Crashed)> RunAsync(string story, int? crashAt)
    {
        var world = new World();
        AllStories[story](world);
        world.Tripwire.Reset(crashAt);
        var crashed = false;
        try
        {
            await world.SettleAsync();
        }
        catch (CrashException)
        {
            crashed = true;
            world.Restart();
            await world.SettleAsync();
        }

        world.Tripwire.Reset(null);
        await AssertSoundAsync(world);
        return (world, crashed);
    }

    /// <summary>Every module is bound to a module of its own that holds its content, and nothing is owed.</summary>
    private static async Task AssertSoundAsync(World world)
    {
        var result = await world.SettleAsync();
        Assert.All(result.Verdicts, verdict => Assert.Equal(Progress.Ready, verdict.Progress));
        Assert.Empty(world.Ledger.Orphans);
        foreach (var module in world.Desired)
        {
            Assert.Equal(module.Content, world.Remote.Modules[world.Ledger.Entries[module.Owner.Uid].Key!]);
        }

        await world.AssertFixpointAsync();
    }

    private static IEnumerable<string> Contents(World world) =>
        world.Remote.Modules.Values.Select(content => content.ToString()).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Claims(World world) =>
        world.Ledger.Entries.Select(pair => $"{pair.Key} {pair.Value.Phase} {pair.Value.Applied}");

    private static void ConnectWish(World world, int count)
    {
        world.Installation = world.Installation with { Api = RemoteApi.ConnectJira };
        world.Remote.TakesBatches = true;
        world.Remote.Echoes = false;
        Wish(world, count);
    }

    private static void Wish(World world, int count)
    {
        for (var i = 0; i < count; i++)
        {
            world.Want($"m{i}", $"{{\"n\":{i}}}");
        }
    }

    private static void Prepare(World world)
    {
        world.PassAsync().GetAwaiter().GetResult();
        world.Clock.Advance(TimeSpan.FromMinutes(5));
    }
}
