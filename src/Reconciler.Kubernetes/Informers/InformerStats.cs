namespace Reconciler.Kubernetes.Informers;

/// <summary>One reading of an informer, for metrics and liveness.</summary>
/// <param name="Objects">Objects in the cache.</param>
/// <param name="IsSynced">The first list is complete and delivered.</param>
/// <param name="Events">Objects that came by the watch.</param>
/// <param name="Lists">Lists begun, by reason.</param>
/// <param name="Reconnects">Watches that ended, by reason.</param>
/// <param name="Broken">Objects that could not be decoded.</param>
/// <param name="HandlerFailures">Exceptions of handlers.</param>
/// <param name="EventAge">Since the last object came by the watch, or since the start.</param>
/// <param name="ProgressAge">Since the server last answered as it should, or since the start.</param>
/// <param name="Overdue">How far the loop is behind its own next deadline; zero while it is alive (O1).</param>
public sealed record InformerStats(
    int Objects,
    bool IsSynced,
    long Events,
    IReadOnlyDictionary<string, long> Lists,
    IReadOnlyDictionary<string, long> Reconnects,
    long Broken,
    long HandlerFailures,
    TimeSpan EventAge,
    TimeSpan ProgressAge,
    TimeSpan Overdue)
{
    /// <summary>Watches that fell silent and were cut (W3).</summary>
    public long Stalls => Reconnects.GetValueOrDefault(InformerMeter.Stall);
}
