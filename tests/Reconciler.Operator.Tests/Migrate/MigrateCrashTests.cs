using Reconciler.Atlassian;
using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Emulator;
using Reconciler.Emulator.State;
using Reconciler.Operator.Commands;
using Reconciler.Operator.Migration;
using Reconciler.Operator.Resources;
using Reconciler.TestKit;

namespace Reconciler.Operator.Tests.Migrate;

public sealed class ForgeV1MigrateCrashTests() : MigrateCrash("ForgeV1", withoutRoom: false);

public sealed class FullForgeV1MigrateCrashTests() : MigrateCrash("ForgeV1", withoutRoom: true);

public sealed class ConnectJiraMigrateCrashTests() : MigrateCrash("ConnectJira", withoutRoom: false);

/// <summary>The process ends at every step of a migration, then runs again: the end is always the same. Each case has a
/// class, so that they run side by side.</summary>
public abstract class MigrateCrash(string api, bool withoutRoom)
{
    private const int Modules = 3;

    /// <summary>Short ones on a fast clock: nothing commits late at this emulator.</summary>
    private static readonly ProtocolWindows Windows = new()
    {
        Send = TimeSpan.FromSeconds(8),
        Http = TimeSpan.Zero,
        Server = TimeSpan.Zero,
        Consistency = TimeSpan.FromSeconds(2),
        Margin = TimeSpan.Zero,
        Vanished = TimeSpan.MaxValue,
    };

    [Fact]
    public async Task A_crash_at_any_step_is_finished_by_the_next_run()
    {
        await using var world = await MigrateFixture.StartAsync();
        var store = api == "ForgeV1" ? ModuleApi.ForgeV1 : ModuleApi.ConnectJira;
        world.Server.Configure(settings => settings with
        {
            ShareStores = withoutRoom,
            MaxModules = withoutRoom ? Modules : 100,
        });
        world.WriteOld(api);
        for (var i = 0; i < Modules; i++)
        {
            world.Write($"m{i}.yaml", MigrateFixture.Module($"m{i}", "macro", Data(i)));
        }

        var crashed = true;
        for (var step = 1; crashed; step++)
        {
            Clear(world, store);
            crashed = await CrashesAsync(world, step, withoutRoom);
            var alive = world.NewTitles().Concat(world.Old(store).Select(TitleOf)).ToHashSet(StringComparer.Ordinal);
            Assert.True(alive.Count >= Modules - (withoutRoom ? 1 : 0), $"step {step} lost a module");

            Assert.False(await CrashesAsync(world, at: -1, withoutRoom), $"step {step}");

            Assert.Equal(["T0", "T1", "T2"], world.NewTitles());
            Assert.Empty(world.Old(store));
        }
    }

    private static void Clear(MigrateFixture world, ModuleApi store)
    {
        if (Directory.Exists(world.State))
        {
            Directory.Delete(world.State, recursive: true);
        }

        foreach (var module in world.Server.Modules())
        {
            world.Server.Foreign(new ForeignWrite { Key = module.Key, Delete = true });
        }

        for (var i = 0; i < Modules; i++)
        {
            world.Seed(store, $"m{i}", "macro", Data(i));
        }
    }

    private static async Task<bool> CrashesAsync(MigrateFixture world, int at, bool allowGap)
    {
        var composition = Composition.OfProcess() with { Time = new FastTimeProvider(20) };
        var input = MigrationInput.Load([world.OldPath], [world.NewPath]);
        using var writer = StateLock.Take(world.State, composition.NewId);
        using var transport = composition.NewTransport();
        var crash = new CrashPoint(at);
        var sides = Open(world, input, composition, composition.NewRegistries(transport), writer, crash);
        var records = new CrashingRecords(
            new FileMigrationRecords(world.State, input.From.Resource.Key, input.To.Resource.Key), crash);
        try
        {
            var plan = await MigrateCommand.PlanAsync(
                input, new ModuleMapping([], sameTypes: true), sides, records, CancellationToken.None);
            var run = new MigrationRun(
                sides.Old, sides.New, records, new Unwatched(),
                new MigrationOptions(allowGap, Windows.Consistency, Patience), composition.Time);
            var report = await run.RunAsync(plan, input.Desired, CancellationToken.None);
            Assert.Empty(report.Problems);
            return false;
        }
        catch (CrashException)
        {
            return true;
        }
    }

    private static MigrationSides Open(
        MigrateFixture world, MigrationInput input, Composition composition, RemoteRegistries registries,
        StateLock writer, CrashPoint crash)
    {
        var ledgers = new CrashingLedgers(new FileLedgerStore(world.State), crash);
        var isForge = input.From.Resource.Api == RemoteApi.ForgeV1;
        Credential old = isForge
            ? new Credential.Bearer(EmulatorOptions.DefaultToken)
            : new Credential.Connect(EmulatorOptions.DefaultConnectApp, EmulatorOptions.DefaultConnectSecret);
        return new MigrationSides(
            new OldSide(Registry(input.From, old), ledgers, input.From.Resource.Key, NewId),
            new NewSide(
                input.To.Resource.ToInstallation(),
                Registry(input.To, new Credential.Bearer(EmulatorOptions.DefaultToken)), ledgers,
                registry => new InstallationPass(
                    registry, ledgers, new PassMemory(composition.Time), writer, new PassOptions { Windows = Windows },
                    composition.Time, NewId),
                (writer.ClusterId, "test")),
            new RecordedSide("default", "old", input.From.Resource.Api, "there"),
            new RecordedSide("default", "new", RemoteApi.ForgeV2, "there"));

        string NewId() => composition.NewId().ToString("N");

        CrashingRegistry Registry(Manifest<InstallationResource> side, Credential credential) => new(
            registries.Create(
                side.Resource.Api, side.Resource.BaseUrl!, new FixedCredential(credential),
                new RemoteOptions { RequestsPerSecond = 1000, RequestTimeout = Patience, ListTimeout = Patience }),
            crash);
    }

    // Nothing is slow but a crowded machine.
    private static TimeSpan Patience => TimeSpan.FromHours(1);

    private static string Data(int number) => $$"""{"title":"T{{number}}"}""";

    private static string TitleOf(StoredModule module) => module.Data.GetProperty("title").GetString()!;

    private sealed class Unwatched : IMigrationWatcher
    {
        public void Reached(MigratedModule module)
        {
        }

        public void Waiting(string why, TimeSpan pause)
        {
        }
    }
}
