using Reconciler.Atlassian.ForgeV2;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.ForgeV1;

/// <summary>
/// v1 lists the codes of v2 per verb (reference.md §3), so its table is that of <see cref="ForgeV2Faults"/> plus one
/// row:
/// <code>
/// status            create      source
/// 400 422 "exists"  KeyConflict §3: unspecified; the sibling permissions API maps duplicate keys to 422
/// </code>
/// Other words for the same are found by looking the key up.
/// </summary>
internal static class ForgeV1Faults
{
    private static readonly string[] TakenPhrases = ["already exists", "duplicate key", "duplicate module key"];

    public static RemoteFault OfRead(RemoteReply reply) => ForgeV2Faults.OfRead(reply);

    public static RemoteFault OfWrite(RemoteReply reply, bool isFull)
    {
        var fault = ForgeV2Faults.OfWrite(reply, isFull);
        return fault is RemoteFault.Rejected or RemoteFault.QuotaExceeded && reply.Status is 400 or 422
            && TakenPhrases.Any(phrase => fault.Message.Contains(phrase, StringComparison.OrdinalIgnoreCase))
            ? new RemoteFault.KeyConflict(fault.Message, fault.StatusCode, fault.TraceId)
            : fault;
    }
}
