using Microsoft.Extensions.Logging;

namespace Reconciler.Kubernetes;

// Ids 10xx: events. The other blocks are listed in LogMessages.cs.
internal static partial class LogMessages
{
    [LoggerMessage(1001, LogLevel.Debug, "Event {Reason} of {Target} was not written: {Cause}")]
    public static partial void EventNotWritten(ILogger log, string reason, string target, string cause);
}
