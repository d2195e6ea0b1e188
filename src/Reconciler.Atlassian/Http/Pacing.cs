using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Http;

/// <summary>
/// When requests of one installation may leave: at the configured rate, and not before the remote's own wish is over
/// (I10). Waits of up to two seconds are awaited; longer ones are the queue's, since a sleeping call holds a worker.
/// </summary>
internal sealed class Pacing(RemoteEndpoint remote)
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(2);

    private readonly TokenBucket _bucket = new(remote.Options.RequestsPerSecond, remote.Time);
    private readonly ThrottleGate _gate = new(remote.Time, remote.Random);

    public double Tokens => _bucket.Tokens;

    public TimeSpan ClosedFor => _gate.Remaining ?? TimeSpan.Zero;

    /// <returns>Null when the request may leave now, else how long it may not.</returns>
    public async Task<RemoteFault.Throttled?> AdmitAsync(RemoteRequest request, CancellationToken cancellationToken)
    {
        if (BehindGate(request) is { } closed)
        {
            return closed;
        }

        if (!_bucket.TryReserve(WaitMax, out var wait))
        {
            return HoldBack(
                request, wait, "The installation's own request rate is used up; raise spec.requestsPerSecond or wait.");
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, remote.Time, cancellationToken);
        }

        // Another call may have closed it while this one waited.
        return BehindGate(request);
    }

    /// <summary>Takes note of what an answer's status and headers say about the rate limit.</summary>
    /// <returns>The wait it caused; null when it does not throttle.</returns>
    public TimeSpan? Note(HttpResponseMessage response)
    {
        var (status, headers) = ((int)response.StatusCode, ReplyHeaders.From(response, []));
        if (status == 429 || (status == 503 && headers["Retry-After"] is not null))
        {
            return _gate.Close(ThrottleWish.Read(headers, remote.Time.GetUtcNow()));
        }

        _gate.Served();
        return null;
    }

    private RemoteFault.Throttled? BehindGate(RemoteRequest request) => _gate.Remaining is { } remaining
        ? HoldBack(request, remaining, "The remote asked to wait; nothing is sent before that.")
        : null;

    private RemoteFault.Throttled HoldBack(RemoteRequest request, TimeSpan remaining, string reason)
    {
        remote.Observer?.HeldBack(request.Method.Method, request.Route, remaining);
        return new RemoteFault.Throttled(reason, 0, remaining);
    }
}
