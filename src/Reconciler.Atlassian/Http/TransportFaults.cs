using System.Net.Sockets;
using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Http;

/// <summary>
/// What an exception of the handler proves (crash-safety.md §4). Only errors of name resolution, connecting, TLS and
/// the proxy tunnel, and a stream the server refused unseen, prove that nothing was done.
/// </summary>
internal static class TransportFaults
{
    /// <summary>True when the request cannot have been processed, whatever was written.</summary>
    public static bool ProvesNotSent(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => true,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => true,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => true,
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => true,
        HttpRequestException { InnerException: { } inner } => ProvesNotSent(inner),
        HttpProtocolException { ErrorCode: Http2RefusedStream } => true,

        // Unreachable and reset are not here: they can end a connection that already carried the request.
        SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound
            or SocketError.TryAgain } => true,
        _ => false,
    };

    public static RemoteFault From(Exception exception, RemoteRequest request, Uri baseUrl, bool timedOut)
    {
        var reason = timedOut ? "no complete answer in time" : Innermost(exception) switch
        {
            OperationCanceledException or TimeoutException => "the call was cancelled or timed out",
            var inner => inner.Message,
        };
        var kind = (exception as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "the host name cannot be resolved",
            HttpRequestError.ConnectionError => "no connection",
            HttpRequestError.SecureConnectionError => "TLS failed",
            HttpRequestError.ProxyTunnelError => "the proxy refused the tunnel",
            HttpRequestError.ResponseEnded => "the connection ended before the answer",
            _ => "no answer",
        };
        return new RemoteFault.Unavailable(
            ErrorSentence.Clean($"{request.Method} to {baseUrl.Authority}: {kind} ({reason.TrimEnd('.')}).", []));
    }

    private const long Http2RefusedStream = 0x7;

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }
}
