using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.ForgeV2;

/// <summary>
/// <code>
/// status            read        write                     source
/// 401 403           Unauthorized Unauthorized             reference.md §2.4, §2.8
/// 429, 503+Retry    Throttled   Throttled                 §9
/// 408 5xx           Unavailable Unavailable               §2.4
/// 3xx               Malformed   Malformed                 product.md §4: never followed
/// 422 at the quota  Malformed   QuotaExceeded             §2.7; crash-safety.md §4
/// 400 422           Malformed   Rejected                  §2.4, X18: the same class
/// 404               Malformed   Rejected (POST)           crash-safety.md §4; on an item it is an absence
/// 405 413 415       Malformed   Rejected                  crash-safety.md §4
/// 400 422, illegible            Malformed                 a page, a cut body: maybe the data, maybe the quota
/// other             Malformed   Malformed                 not listed anywhere
/// </code>
/// </summary>
internal static class ForgeV2Faults
{
    public static RemoteFault OfRead(RemoteReply reply) => StatusFaults.Shared(reply) ?? StatusFaults.Unlisted(reply);

    /// <param name="isFull">By our own count the installation holds as many modules as it can.</param>
    public static RemoteFault OfWrite(RemoteReply reply, bool isFull)
    {
        if (StatusFaults.Shared(reply) is { } shared)
        {
            return shared;
        }

        var (message, trace) = (ErrorSentence.From(reply), reply.Headers.TraceId);
        return reply.Status switch
        {
            422 when isFull || QuotaSentences.Match(message) =>
                new RemoteFault.QuotaExceeded(message, reply.Status, trace),
            400 or 422 when StatusFaults.Illegible(reply) is { } illegible => illegible,
            400 or 404 or 405 or 413 or 415 or 422 => new RemoteFault.Rejected(message, reply.Status, trace),
            _ => StatusFaults.Unlisted(reply),
        };
    }
}
