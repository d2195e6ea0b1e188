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

    /// <summary>Takes note of what the reply says about the rate limit, and gives it back with the wait it caused.
    /// </summary>
    public RemoteReply Note(RemoteReply reply)
    {
        if (reply.Status == 429 || (reply.Status == 503 && reply.Headers["Retry-After"] is not null))
        {
            return reply with { Throttle = _gate.Close(ThrottleWish.Read(reply.Headers, remote.Time.GetUtcNow())) };
        }

        _gate.Served();
        return reply;
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
