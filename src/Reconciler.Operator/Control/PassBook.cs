using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Control;

/// <summary>
/// The last pass over each installation, and the last one that had work, while this process leads. Bounded by number
/// and by the content kept alive: the oldest goes first. A book without room keeps nothing and costs nothing.
/// </summary>
internal sealed class PassBook(int room, TimeProvider time)
{
    /// <summary>Content of plans that is kept in all.</summary>
    public const long WeightMax = 16 * 1024 * 1024;

    private readonly Dictionary<InstallationKey, PassRecord> _records = [];
    private readonly Lock _lock = new();
    private long _passes;
    private long _weight;

    /// <summary>Called after each change, on the thread that made it; must not block.</summary>
    public Action Changed { get; set; } = static () => { };

    public PassRecord Find(InstallationKey installation)
    {
        lock (_lock)
        {
            return _records.GetValueOrDefault(installation, PassRecord.Nothing);
        }
    }

    public void Write(InstallationKey installation, PassResult result)
    {
        if (room == 0)
        {
            return;
        }

        lock (_lock)
        {
            var before = Remove(installation);
            var note = new PassNote(++_passes, time.GetUtcNow(), result);
            Put(installation, new(note, note.HasWork ? note : before.LastWithWork));
            Shrink();
        }

        Changed();
    }

    public void Forget(InstallationKey installation)
    {
        lock (_lock)
        {
            Remove(installation);
        }
    }

    /// <summary>Whoever does not lead has nothing to tell.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _records.Clear();
            _weight = 0;
        }

        Changed();
    }

    private void Put(InstallationKey installation, PassRecord record)
    {
        _records[installation] = record;
        _weight += record.Weight;
    }

    private PassRecord Remove(InstallationKey installation)
    {
        if (!_records.Remove(installation, out var record))
        {
            return PassRecord.Nothing;
        }

        _weight -= record.Weight;
        return record;
    }

    private void Shrink()
    {
        while (_records.Count > room || (_weight > WeightMax && _records.Count > 1))
        {
            Remove(_records.MinBy(pair => pair.Value.Last!.Number).Key);
        }
    }
}

/// <summary>What is kept of one installation.</summary>
/// <param name="LastWithWork">The same as <paramref name="Last"/>, or an older one.</param>
internal sealed record PassRecord(PassNote? Last, PassNote? LastWithWork)
{
    public static PassRecord Nothing { get; } = new(null, null);

    /// <summary>Computed once: the book sums it up.</summary>
    public long Weight { get; } = (Last?.Weight ?? 0)
        + (LastWithWork is not null && !ReferenceEquals(Last, LastWithWork) ? LastWithWork.Weight : 0);
}
