namespace Reconciler.Kubernetes.Queues;

/// <summary>
/// Ready keys, first in first out per priority. A key holds one place; a more urgent add moves it. After
/// <paramref name="editsPerResync"/> edits in a row one resync is served.
/// </summary>
internal sealed class ReadyLists<TKey>(int editsPerResync)
{
    private readonly LinkedList<KeyState<TKey>> _edits = new();
    private readonly LinkedList<KeyState<TKey>> _resyncs = new();
    private int _editsInRow;

    public int Count => _edits.Count + _resyncs.Count;

    public IEnumerable<KeyState<TKey>> All => _edits.Concat(_resyncs);

    /// <summary>Makes a key ready, or more urgent. True if it was not ready before.</summary>
    public bool Put(KeyState<TKey> state, WorkPriority priority, long now)
    {
        if (state.Ready is { } node)
        {
            if (priority > state.Priority)
            {
                _resyncs.Remove(node);
                state.Priority = priority;
                _edits.AddLast(node);
            }

            return false;
        }

        state.Priority = priority;
        state.ReadySince = now;
        state.Ready = (priority == WorkPriority.Edit ? _edits : _resyncs).AddLast(state);
        return true;
    }

    /// <summary>Takes the next key; null if none is ready.</summary>
    public KeyState<TKey>? Take()
    {
        var resyncTurn = _resyncs.Count > 0 && (_edits.Count == 0 || _editsInRow >= editsPerResync);
        var list = resyncTurn ? _resyncs : _edits;
        if (list.First is not { } node)
        {
            return null;
        }

        _editsInRow = resyncTurn ? 0 : _editsInRow + 1;
        list.RemoveFirst();
        node.Value.Ready = null;
        return node.Value;
    }

    public void Clear()
    {
        foreach (var state in All)
        {
            state.Ready = null;
        }

        _edits.Clear();
        _resyncs.Clear();
    }
}
