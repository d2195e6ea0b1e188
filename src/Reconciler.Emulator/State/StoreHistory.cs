namespace Reconciler.Emulator.State;

/// <summary>The present of one store, and as much of its past as lagging reads still need.</summary>
internal sealed class StoreHistory
{
    private readonly List<(DateTimeOffset At, ModuleStore Store)> _versions =
        [(DateTimeOffset.MinValue, ModuleStore.Empty)];

    public ModuleStore Current => _versions[^1].Store;

    public void Commit(ModuleStore store, DateTimeOffset now, TimeSpan keep)
    {
        if (ReferenceEquals(store, Current))
        {
            return;
        }

        _versions.Add((now, store));
        int obsolete = _versions.FindLastIndex(version => version.At <= now - keep);
        if (obsolete > 0)
        {
            _versions.RemoveRange(0, obsolete);
        }
    }

    /// <summary>The newest version that was committed at or before <paramref name="time"/>.</summary>
    public ModuleStore AsOf(DateTimeOffset time)
    {
        int index = _versions.FindLastIndex(version => version.At <= time);
        return index < 0 ? _versions[0].Store : _versions[index].Store;
    }
}
