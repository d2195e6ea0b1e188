using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Operator.Migration;

namespace Reconciler.Operator.Tests.Migrate;

/// <summary>The process is gone: nothing catches it.</summary>
internal sealed class CrashException : Exception;

/// <summary>Ends the process at its n-th step; a call has two, before its effect and after it.</summary>
internal sealed class CrashPoint(int at)
{
    public int Steps { get; private set; }

    public void Pass()
    {
        if (++Steps == at)
        {
            throw new CrashException();
        }
    }

    public async Task<T> AroundAsync<T>(Func<Task<T>> call)
    {
        Pass();
        var result = await call();
        Pass();
        return result;
    }
}

internal sealed class CrashingRegistry(IModuleRegistry inner, CrashPoint crash) : IModuleRegistry
{
    public Task<ListOutcome> ListAsync(CancellationToken cancellationToken) =>
        crash.AroundAsync(() => inner.ListAsync(cancellationToken));

    public Task<LookupOutcome> GetAsync(string key, CancellationToken cancellationToken) =>
        crash.AroundAsync(() => inner.GetAsync(key, cancellationToken));

    public Task<CreateOutcome> CreateAsync(CreateRequest request, CancellationToken cancellationToken) =>
        crash.AroundAsync(() => inner.CreateAsync(request, cancellationToken));

    public Task<UpdateOutcome> UpdateAsync(string key, ModuleContent content, CancellationToken cancellationToken) =>
        crash.AroundAsync(() => inner.UpdateAsync(key, content, cancellationToken));

    public Task<DeleteOutcome> DeleteAsync(string key, CancellationToken cancellationToken) =>
        crash.AroundAsync(() => inner.DeleteAsync(key, cancellationToken));
}

internal sealed class CrashingLedgers(ILedgerStore inner, CrashPoint crash) : ILedgerStore
{
    public Task<LedgerReadOutcome> ReadAsync(InstallationKey installation, CancellationToken cancellationToken) =>
        inner.ReadAsync(installation, cancellationToken);

    public Task<LedgerWriteOutcome> WriteAsync(Ledger next, string? version, CancellationToken cancellationToken) =>
        crash.AroundAsync(() => inner.WriteAsync(next, version, cancellationToken));
}

internal sealed class CrashingRecords(IMigrationRecords inner, CrashPoint crash) : IMigrationRecords
{
    public MigrationRecord? Read() => inner.Read();

    public void Write(MigrationRecord record)
    {
        crash.Pass();
        inner.Write(record);
        crash.Pass();
    }
}
