using System.Security.Authentication;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Client;

/// <summary>Says, for each way a transport fails, whether the request can have had an effect, and what to do.</summary>
internal static class TransportFaults
{
    /// <param name="isAnswering">The answer had begun, so the request did arrive.</param>
    public static Exception Translate(
        string request, Uri server, Exception exception, Deadline deadline, bool isAnswering)
    {
        if (deadline.HasPassed)
        {
            return new KubernetesConnectionException(
                $"{request}: no complete answer from {Host(server)} within {deadline.After.TotalSeconds:0.###} s.",
                Delivery.Unknown,
                exception);
        }

        return exception switch
        {
            HttpRequestException http when !isAnswering && NeverConnected(http) is { } hint =>
                Failed(hint, Delivery.NotSent),
            // SocketsHttpHandler reports its connect timeout as a cancellation that nobody asked for.
            OperationCanceledException { InnerException: TimeoutException } when !isAnswering =>
                Failed("no connection within the connect timeout; check address, network and proxy", Delivery.NotSent),
            HttpRequestException or IOException or OperationCanceledException =>
                Failed("the connection broke", Delivery.Unknown),
            _ => exception,
        };

        KubernetesConnectionException Failed(string what, Delivery delivery) =>
            new($"{request}: {Host(server)}: {what} ({Innermost(exception)}).", delivery, exception);
    }

    public static KubernetesConnectionException TooLong(string request, int bytesMax) => new(
        $"{request}: the answer is longer than {bytesMax} bytes. Ask for smaller pages (limit).", Delivery.Unknown)
    {
        IsTooLong = true,
    };

    private static string? NeverConnected(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "the host name cannot be resolved; check the server address and DNS",
        HttpRequestError.ConnectionError => "cannot connect; check that the API server runs and is reachable",
        HttpRequestError.ProxyTunnelError => "the proxy refused the connection; check proxy-url",
        HttpRequestError.SecureConnectionError when exception.InnerException is AuthenticationException =>
            "TLS failed; check certificate-authority, the host name in the server's certificate (tls-server-name) "
            + "and the client certificate",
        HttpRequestError.SecureConnectionError => "TLS failed; check that the server speaks https on this port",
        _ => null,
    };

    private static string Host(Uri server) => server.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private static string Innermost(Exception exception)
    {
        var message = exception.GetBaseException().Message;
        return message.ReplaceLineEndings(" ").TrimEnd('.');
    }
}
