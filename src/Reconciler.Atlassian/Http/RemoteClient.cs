using Polly;
using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Http;

/// <summary>
/// Sends requests of one installation: paced, gated, authenticated, bounded in size and time. Everything the network
/// does becomes an <see cref="Exchange"/>; only the caller's own cancellation leaves as an exception.
/// </summary>
internal sealed class RemoteClient
{
    private readonly RemoteEndpoint _remote;
    private readonly Pacing _pacing;
    private readonly ReplyReader _replies;
    private readonly ResiliencePipeline<Exchange> _retries;

    public RemoteClient(RemoteEndpoint remote)
    {
        _remote = remote;
        _pacing = new Pacing(remote);
        _replies = new ReplyReader(remote.Options.ResponseBytesMax);
        _retries = IdempotentRetries.Create(remote.Time, remote.Random);
    }

    public RemotePace Pace => new(_pacing);

    public RemoteOptions Options => _remote.Options;

    public TimeProvider Time => _remote.Time;

    /// <summary>GET, PUT or DELETE: a few quick retries, and one after a 401 that a reload of the credential may cure.
    /// </summary>
    public async Task<Exchange> SendAsync(RemoteRequest request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellationToken);
        try
        {
            return await _retries.ExecuteAsync(
                static async (context, call) =>
                    await call.Client.SendAuthenticatedAsync(call.Request, context.CancellationToken),
                context,
                (Client: this, Request: request));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>POST: at most one request leaves, ever. Never throws.</summary>
    /// <param name="maySend">Asked once, when the connection stands and the body is about to be written.</param>
    public async Task<Exchange> SendOnceAsync(
        RemoteRequest request, Func<bool> maySend, CancellationToken cancellationToken)
    {
        var credential = _remote.Credentials.Current;
        var exchange = await SendOnceAsync(request, credential, maySend, cancellationToken);
        if (exchange is Exchange.Answered { Reply.Status: 401 })
        {
            await PrepareNextAsync(credential!, cancellationToken);
        }

        return exchange;
    }

    private async Task<Exchange> SendOnceAsync(
        RemoteRequest request, Credential? credential, Func<bool> maySend, CancellationToken cancellationToken)
    {
        var content = new SingleSendContent(request.Body, maySend);
        try
        {
            return await AttemptAsync(request, content, credential, cancellationToken);
        }
        catch (OperationCanceledException) when (!content.Started)
        {
            return new Exchange.NotSent(new RemoteFault.Unavailable($"{request}: cancelled before it was sent."));
        }
        catch (OperationCanceledException)
        {
            return new Exchange.Lost(new RemoteFault.Unavailable($"{request}: cancelled before the answer arrived."));
        }
    }

    /// <summary>A refused create is not sent again; the next one, under a new intent, uses what this brings.</summary>
    private async Task PrepareNextAsync(Credential rejected, CancellationToken cancellationToken)
    {
        try
        {
            await _remote.Credentials.ReloadAsync(rejected, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The answer is already in hand and stands.
        }
    }

    private async Task<Exchange> SendAuthenticatedAsync(RemoteRequest request, CancellationToken cancellationToken)
    {
        var credential = _remote.Credentials.Current;
        var first = await AttemptAsync(request, new ReadOnlyMemoryContent(request.Body), credential, cancellationToken);
        if (first is not Exchange.Answered { Reply.Status: 401 })
        {
            return first;
        }

        var reloaded = await _remote.Credentials.ReloadAsync(credential!, cancellationToken);
        return Equals(reloaded, credential)
            ? first
            : await AttemptAsync(request, new ReadOnlyMemoryContent(request.Body), reloaded, cancellationToken);
    }

    private async Task<Exchange> AttemptAsync(
        RemoteRequest request, HttpContent content, Credential? credential, CancellationToken cancellationToken)
    {
        using var owned = content;
        if (await _pacing.AdmitAsync(request, cancellationToken) is { } throttled)
        {
            return new Exchange.NotSent(throttled);
        }

        cancellationToken.ThrowIfCancellationRequested();
        using var message = request.ToMessage(_remote.BaseUrl, content, Options.UserAgent);
        return _remote.Authentication.Apply(message, credential, _remote.Time.GetUtcNow()) is { } awaiting
            ? new Exchange.NotSent(awaiting)
            : await ExchangeAsync(request, message, credential!, cancellationToken);
    }

    private async Task<Exchange> ExchangeAsync(
        RemoteRequest request, HttpRequestMessage message, Credential credential, CancellationToken cancellationToken)
    {
        var startedAt = _remote.Time.GetTimestamp();
        var span = RemoteTracing.Start(request, _remote.BaseUrl);
        var content = message.Content as SingleSendContent;
        using var timeout = new CancellationTokenSource(Options.RequestTimeout, _remote.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        RemoteReply? reply = null;
        try
        {
            using var response = await _remote.Invoker.SendAsync(message, linked.Token);
            // Before the body: whoever is cancelled while it arrives must keep the pause, too (seed 40001756).
            var throttle = _pacing.Note(response);
            reply = await _replies.ReadAsync(response, credential, linked.Token, cancellationToken) with
            {
                Throttle = throttle,
            };
            return new Exchange.Answered(reply);
        }
#pragma warning disable CA1031 // Whatever the handler throws is an answer to "was it sent?", and the port never throws.
        catch (Exception exception) when (exception is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            if (content is { CalledOff: true })
            {
                return new Exchange.NotSent(new RemoteFault.Unavailable(
                    $"{request}: not sent, the time or the right to send had ended."));
            }

            if (exception is OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var fault = TransportFaults.From(
                exception, request, _remote.BaseUrl, timedOut: timeout.IsCancellationRequested);
            return TransportFaults.ProvesNotSent(exception) || content is { Started: false }
                ? new Exchange.NotSent(fault)
                : new Exchange.Lost(fault);
        }
        finally
        {
            _remote.Observer?.Completed(new RemoteCall(
                request.Method.Method, request.Route, reply?.Status ?? 0, _remote.Time.GetElapsedTime(startedAt),
                reply?.Throttle is not null, ClockSkew(reply)));
            RemoteTracing.End(span, reply?.Status ?? 0, reply?.Throttle is not null);
        }
    }

    private TimeSpan? ClockSkew(RemoteReply? reply) =>
        ThrottleWish.ParseDate(reply?.Headers["Date"]) - _remote.Time.GetUtcNow();
}
