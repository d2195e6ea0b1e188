namespace Reconciler.Atlassian;

/// <summary>How one installation's remote is spoken to. The defaults are those of crash-safety.md §5.</summary>
public sealed record RemoteOptions
{
    public int RequestsPerSecond { get; init; } = 10;

    /// <summary>Modules asked for per page; the remote documents no bounds (reference.md §2.5).</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>Modules one installation can hold (reference.md §2.7): tells a 422 for the quota from one for the data.
    /// </summary>
    public int Quota { get; init; } = 100;

    /// <summary>Forge prints its collection with and without a slash; the samples, which run, have it (X5).</summary>
    public bool TrailingSlash { get; init; } = true;

    /// <summary>Accepts plain http for hosts other than loopback.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Gateways reject before executing, so a 429 means "not done";
    /// set this where that is not trusted.</summary>
    public bool Treat429AsUnknown { get; init; }

    /// <summary>T_http: from the first byte out to the last byte in.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>T_list: all pages together; a list older than this proves nothing.</summary>
    public TimeSpan ListTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public int ResponseBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>All pages of one list together, decompressed: a remote that sends more is not believed.</summary>
    public int ListBytesMax { get; init; } = 32 * 1024 * 1024;

    public int ListPagesMax { get; init; } = 500;

    public int ListModulesMax { get; init; } = 5_000;

    public string UserAgent { get; init; } = "reconciler/0.1";
}
