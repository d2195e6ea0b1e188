namespace Reconciler.Emulator.State;

/// <summary>The newest requests in the order of their effects; bounded, with a count that is not.</summary>
internal sealed class RequestLog
{
    private const int Kept = 100_000;

    private readonly List<RequestLogEntry> _entries = [];

    private long _last;

    public IReadOnlyList<RequestLogEntry> Entries => _entries;

    public long LastSeq => _last;

    public long NextSeq() => ++_last;

    public void Add(RequestLogEntry entry)
    {
        if (_entries.Count >= Kept)
        {
            _entries.RemoveRange(0, Kept / 10);
        }

        _entries.Add(entry);
    }

    public void MarkCommittedLate(long seq, string? key, DateTimeOffset now)
    {
        int index = _entries.FindIndex(entry => entry.Seq == seq);
        if (index >= 0)
        {
            _entries[index] = _entries[index] with { Committed = true, CommittedLateAt = now, Key = key };
        }
    }

    /// <summary>Forgets the entries, not the numbering: a sequence number is never reused.</summary>
    public void Clear() => _entries.Clear();
}
