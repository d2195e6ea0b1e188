using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Informers;

namespace Reconciler.Kubernetes;

/// <summary>Every log line of this assembly. One per transition, none per event (O3). Ids: 11xx watches, 12xx leases.
/// </summary>
internal static partial class LogMessages
{
    [LoggerMessage(1101, LogLevel.Information, "Watching {Target}: {Count} objects.")]
    public static partial void WatchSynced(ILogger log, string target, int count);

    // Causes come last: some are sentences with a full stop, some quote the server.
    [LoggerMessage(1102, LogLevel.Warning, "Cannot watch {Target} ({Kind}), waiting and trying again: {Cause}")]
    public static partial void WatchFaulted(ILogger log, string target, WatchFaultKind kind, string cause);

    [LoggerMessage(1103, LogLevel.Information, "Watching {Target} again.")]
    public static partial void WatchRecovered(ILogger log, string target);

    [LoggerMessage(1104, LogLevel.Warning,
        "{Target}: {Key} cannot be decoded: {Reason} Its last known state is kept. Compare it with the CRD.")]
    public static partial void ObjectUndecodable(ILogger log, string target, string key, string reason);

    [LoggerMessage(1105, LogLevel.Error, "{Target}: a handler failed for {Key}; it is called again later.")]
    public static partial void HandlerFailed(ILogger log, Exception exception, string target, string key);

    [LoggerMessage(1106, LogLevel.Warning,
        "Cannot watch {Target}: the API server does not serve its {Version}. "
        + "Waiting until its CustomResourceDefinition is installed: {Install}")]
    public static partial void WatchNotServed(ILogger log, string target, string version, string install);

    [LoggerMessage(1201, LogLevel.Information, "Leading: lease {Lease} is held by {Identity}.")]
    public static partial void LeadershipGained(ILogger log, string lease, string identity);

    [LoggerMessage(1202, LogLevel.Information, "Not leading any more: lease {Lease} was {How}.")]
    public static partial void LeadershipEnded(ILogger log, string lease, string how);

    [LoggerMessage(1203, LogLevel.Warning, "Cannot read or write lease {Lease}, trying again: {Cause}")]
    public static partial void LeaseFailed(ILogger log, string lease, string cause);
}
