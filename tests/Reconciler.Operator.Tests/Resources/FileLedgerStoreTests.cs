using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Tests.Resources;

public sealed class FileLedgerStoreTests : IDisposable
{
    private static readonly InstallationKey Key = new("team-a", "acme");

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("reconciler-test-");

    private string State => Path.Combine(_root.FullName, "state");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task What_was_written_is_read_with_its_version()
    {
        var store = new FileLedgerStore(State);
        Assert.IsType<LedgerReadOutcome.Absent>(await store.ReadAsync(Key, default));

        var written = Assert.IsType<LedgerWriteOutcome.Written>(await store.WriteAsync(Ledger(1), null, default));
        var read = Assert.IsType<LedgerReadOutcome.Found>(await store.ReadAsync(Key, default));

        Assert.Equal((written.Version, 1), (read.Version, read.Ledger.Sequence));
        Assert.Equal(
            ["acme.json"],
            Directory.GetFiles(Path.Combine(State, "ledgers", "team-a")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_write_over_another_version_is_a_conflict_and_changes_nothing()
    {
        var store = new FileLedgerStore(State);
        var first = Assert.IsType<LedgerWriteOutcome.Written>(await store.WriteAsync(Ledger(1), null, default));
        await store.WriteAsync(Ledger(2), first.Version, default);

        Assert.IsType<LedgerWriteOutcome.Conflict>(await store.WriteAsync(Ledger(3), first.Version, default));
        Assert.IsType<LedgerWriteOutcome.Conflict>(await store.WriteAsync(Ledger(3), null, default));
        Assert.Equal(2, Assert.IsType<LedgerReadOutcome.Found>(await store.ReadAsync(Key, default)).Ledger.Sequence);
    }

    [Fact]
    public async Task Only_the_owner_may_read_the_files()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var held = StateLock.Take(State, Guid.CreateVersion7);
        await new FileLedgerStore(State).WriteAsync(Ledger(1), null, default);

        Assert.All(
            Directory.GetFiles(State, "*", SearchOption.AllDirectories),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode));
    }

    [Fact]
    public async Task A_torn_or_foreign_file_is_never_taken_for_an_absent_ledger()
    {
        var store = new FileLedgerStore(State);
        await store.WriteAsync(Ledger(1), null, default);
        var path = Path.Combine(State, "ledgers", "team-a", "acme.json");
        var whole = await File.ReadAllTextAsync(path);

        await File.WriteAllTextAsync(path, whole[..^5]);
        Assert.Contains(
            "not valid JSON",
            Assert.IsType<LedgerReadOutcome.Failed>(await store.ReadAsync(Key, default)).Message,
            StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, whole.Replace("team-a/acme", "team-b/acme", StringComparison.Ordinal));
        Assert.Contains(
            "belongs to team-b/acme",
            Assert.IsType<LedgerReadOutcome.Failed>(await store.ReadAsync(Key, default)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_lock_excludes_a_second_holder_names_it_and_ends_with_it()
    {
        string id;
        using (var first = StateLock.Take(State, Guid.CreateVersion7))
        {
            id = first.ClusterId;
            var error = Assert.Throws<ManifestException>(() => StateLock.Take(State, Guid.CreateVersion7));
            Assert.Contains($"in use by process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
            Assert.True(first.Holds);
        }

        using var second = StateLock.Take(State, Guid.CreateVersion7);
        Assert.Equal(id, second.ClusterId);
    }

    private static Ledger Ledger(long sequence) => new(Key, RemoteApi.ForgeV2) { Sequence = sequence, Epoch = 1 };
}
