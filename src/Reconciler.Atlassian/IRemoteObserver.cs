namespace Reconciler.Atlassian;

/// <summary>Told about every request, for metrics and traces. Must not throw and must not block.</summary>
public interface IRemoteObserver
{
    void Completed(RemoteCall call);

    /// <summary>A call was held back because the rate limit gate is closed; the network was not touched.</summary>
    void HeldBack(string verb, string route, TimeSpan remaining);
}

/// <summary>One request as sent.</summary>
/// <param name="Route">The path template, without keys: a bounded label.</param>
/// <param name="Status">0 when no status line was read.</param>
/// <param name="Throttled">The answer closed the rate limit gate.</param>
/// <param name="ClockSkew">The remote's clock minus ours, to the second; null when it did not tell. Connect tokens
/// fail beyond half a minute (reference.md §8.4).</param>
public readonly record struct RemoteCall(
    string Verb, string Route, int Status, TimeSpan Duration, bool Throttled, TimeSpan? ClockSkew = null);
