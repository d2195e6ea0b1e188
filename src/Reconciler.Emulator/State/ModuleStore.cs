using System.Collections.Immutable;

namespace Reconciler.Emulator.State;

/// <summary>The modules of one API of one installation, as an immutable value: every change yields a new one.</summary>
public sealed record ModuleStore
{
    public static readonly ModuleStore Empty = new();

    private ImmutableSortedDictionary<long, StoredModule> BySequence { get; init; } =
        ImmutableSortedDictionary<long, StoredModule>.Empty;

    private ImmutableDictionary<string, long> Sequences { get; init; } =
        ImmutableDictionary.Create<string, long>(StringComparer.Ordinal);

    public int Count => BySequence.Count;

    /// <summary>Oldest first.</summary>
    public IEnumerable<StoredModule> Modules => BySequence.Values;

    public StoredModule? Find(string key) =>
        Sequences.TryGetValue(key, out long sequence) ? BySequence[sequence] : null;

    /// <summary>Adds or replaces by key; a replaced module keeps its place.</summary>
    public ModuleStore Put(StoredModule module)
    {
        long sequence = Sequences.TryGetValue(module.Key, out long known) ? known : module.Sequence;
        return new ModuleStore
        {
            BySequence = BySequence.SetItem(sequence, module with { Sequence = sequence }),
            Sequences = Sequences.SetItem(module.Key, sequence),
        };
    }

    /// <summary>The same value when there is no such key.</summary>
    public ModuleStore Remove(string key) => Sequences.TryGetValue(key, out long sequence)
        ? new ModuleStore { BySequence = BySequence.Remove(sequence), Sequences = Sequences.Remove(key) }
        : this;
}
