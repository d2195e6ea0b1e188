namespace Reconciler.Kubernetes.Informers;

/// <summary>Timing and paging of a watch.</summary>
public sealed record WatcherOptions
{
    /// <summary>Objects per page of a list.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>Ask for the initial state as a stream (<c>sendInitialEvents</c>);
    /// falls back to pages by itself.</summary>
    public bool StreamingList { get; init; } = true;

    /// <summary>The server closes a watch after this time; we resume.</summary>
    public TimeSpan ServerTimeout { get; init; } = TimeSpan.FromSeconds(290);

    /// <summary>A watch that is silent for longer than <see cref="ServerTimeout"/> plus this is half open, whatever
    /// the server sends.</summary>
    public TimeSpan Margin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest silence while bookmarks are to be expected: a server sends one a minute. One watch that got
    /// none is cut in vain; the next ones wait for the server's timeout until a bookmark comes (W3).</summary>
    public TimeSpan BookmarkSilence { get; init; } = TimeSpan.FromSeconds(80);

    /// <summary>Longest silence within the initial events before we conclude that the server does not know
    /// <c>sendInitialEvents</c> and will never mark their end (W10).</summary>
    public TimeSpan InitialSilence { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>So many faults in a row at one resourceVersion make that version suspect: list again.</summary>
    public int FaultsPerVersion { get; init; } = 3;
}
