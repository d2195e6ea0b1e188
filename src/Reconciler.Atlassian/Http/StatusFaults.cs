using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Http;

/// <summary>The rows of the fault table that every API shares: everything but the refusals of a write.</summary>
internal static class StatusFaults
{
    /// <summary>Null when the status is for the API's own table.</summary>
    public static RemoteFault? Shared(RemoteReply reply)
    {
        var (status, trace) = (reply.Status, reply.Headers.TraceId);
        return status switch
        {
            // The gate is closed for as long; reference.md §9.
            429 or 503 when reply.Throttle is { } wait =>
                new RemoteFault.Throttled(ErrorSentence.From(reply), status, wait, trace),

            // 401: every verb, reference.md §2.4 and §7.3. 403 is never listed, and means the same (§2.8).
            401 or 403 => new RemoteFault.Unauthorized(ErrorSentence.From(reply), status, trace),

            // 500 is documented for every verb, 502 to 504 are the gateway's.
            408 or >= 500 => new RemoteFault.Unavailable(ErrorSentence.From(reply), status, trace),

            // Never followed: it would carry the credential to whatever host the answer names.
            >= 300 and < 400 => new RemoteFault.Malformed(Redirect(reply), status, trace),
            _ => null,
        };
    }

    /// <summary>A status no document lists for this verb.</summary>
    public static RemoteFault Unlisted(RemoteReply reply) =>
        new RemoteFault.Malformed(
            $"Unexpected answer, {ErrorSentence.From(reply)}", reply.Status, reply.Headers.TraceId);

    /// <summary>A refusal that is not in the API's own words (a page of somebody in between, a body cut short) says
    /// that nothing was done, and not whether the data are refused or the installation is full: it is asked again (seed
    /// 1795352419308141). Null when the words can be read.</summary>
    public static RemoteFault? Illegible(RemoteReply reply) =>
        reply.BodyFault is not null || reply.IsPage || ErrorSentence.IsBroken(reply.Body)
            ? new RemoteFault.Malformed(
                $"Refused, but why cannot be read: {ErrorSentence.From(reply)}", reply.Status, reply.Headers.TraceId)
            : null;

    private static string Redirect(RemoteReply reply)
    {
        var host = Uri.TryCreate(reply.Headers["Location"], UriKind.Absolute, out var target)
            ? $" to {ErrorSentence.Clean(target.Authority, reply.Secrets)}"
            : "";
        return $"HTTP {reply.Status}: the remote redirects{host}; redirects are not followed. " +
            "Set spec.baseUrl to the final address.";
    }
}
