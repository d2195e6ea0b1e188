namespace Reconciler.TestKit.Api;

/// <summary>How the fake behaves; all of it may be changed while it runs.</summary>
public sealed class FakeApiServerOptions
{
    /// <summary>Drives latency and <c>timeoutSeconds</c>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public WatchListSupport WatchList { get; set; } = WatchListSupport.Offered;

    /// <summary>How "too old" is said to a watch; a list always gets the HTTP form.</summary>
    public GoneForm Gone { get; set; } = GoneForm.ErrorEventExpired;

    /// <summary>If set, other bearer tokens (and none) get 401.</summary>
    public HashSet<string>? AcceptedTokens { get; set; }

    /// <summary>Before any effect and any answer.</summary>
    public Func<FakeRequest, TimeSpan> Latency { get; set; } = _ => TimeSpan.Zero;

    /// <summary>Pages are never longer, whatever the client asks for.</summary>
    public int PageSizeMax { get; set; } = int.MaxValue;

    /// <summary>Clear-text HTTP/2 instead of HTTP/1.1.</summary>
    public bool UseHttp2 { get; init; }
}

/// <summary>What a server does with <c>sendInitialEvents=true</c>.</summary>
public enum WatchListSupport
{
    Offered,

    /// <summary>422, as servers with the feature gate off.</summary>
    Refused,

    /// <summary>Treats the request as a plain watch, as servers that do not know the parameter.</summary>
    Ignored,
}

/// <summary>The four ways a watch is told that its resourceVersion is too old (W7).</summary>
public enum GoneForm
{
    ErrorEventExpired,
    ErrorEventGone,
    HttpExpired,
    HttpGone,
}
