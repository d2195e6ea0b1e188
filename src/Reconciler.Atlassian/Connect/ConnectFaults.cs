using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Connect;

/// <summary>
/// <code>
/// status            read         write          source
/// 401 403           Unauthorized Unauthorized   reference.md §7.3, §8.4: JSON, text, HTML or empty
/// 429, 503+Retry    Throttled    Throttled      §9: Jira's limits apply
/// 408 5xx           Unavailable  Unavailable    not listed, the gateway's
/// 400 "duplicate module keys"    KeyConflict    §7.3
/// 400 at the limit               QuotaExceeded  §7.5: the status is not documented (X13)
/// 400                            Rejected       §7.3: none of the request was registered
/// 404               Malformed    Rejected       no such path: the base URL is wrong, never "no such module"
/// 405 413 415 422   Malformed    Rejected       crash-safety.md §4
/// 400 422, illegible             Malformed      a page, a cut body: maybe the data, maybe the limit
/// other             Malformed    Malformed      not listed anywhere
/// </code>
/// </summary>
internal static class ConnectFaults
{
    public static RemoteFault OfRead(RemoteReply reply) => StatusFaults.Shared(reply) ?? StatusFaults.Unlisted(reply);

    public static RemoteFault OfWrite(RemoteReply reply, bool isFull)
    {
        if (StatusFaults.Shared(reply) is { } shared)
        {
            return shared;
        }

        var (message, trace) = (ErrorSentence.From(reply), reply.Headers.TraceId);
        return reply.Status switch
        {
            400 when message.Contains("duplicate module key", StringComparison.OrdinalIgnoreCase) =>
                new RemoteFault.KeyConflict(message, reply.Status, trace),
            400 or 422 when isFull || QuotaSentences.Match(message) =>
                new RemoteFault.QuotaExceeded(message, reply.Status, trace),
            400 or 422 when StatusFaults.Illegible(reply) is { } illegible => illegible,
            400 or 404 or 405 or 413 or 415 or 422 => new RemoteFault.Rejected(message, reply.Status, trace),
            _ => StatusFaults.Unlisted(reply),
        };
    }
}
