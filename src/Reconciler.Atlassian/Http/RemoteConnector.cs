using System.Net;
using System.Net.Sockets;

namespace Reconciler.Atlassian.Http;

/// <summary>
/// Opens connections to the addresses that <see cref="RemoteHosts"/> lets through, and to no other: it connects to what
/// it has judged, so a name cannot show one address to the check and another to the connect. A proxy is the operator's
/// own choice and is not judged; behind it, names are resolved by the proxy.
/// </summary>
internal sealed class RemoteConnector(
    RemoteHosts hosts, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.DnsEndPoint;
        var found = IPAddress.TryParse(endpoint.Host, out var literal)
            ? [literal]
            : await resolve(endpoint.Host, cancellationToken);
        var addresses = IsProxy(context) ? found : Permitted(endpoint.Host, found);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endpoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private IPAddress[] Permitted(string host, IPAddress[] found)
    {
        var permitted = found.Where(address => hosts.Refuse(host, address) is null).ToArray();
        return permitted.Length > 0 || found.Length == 0
            ? permitted
            : throw new HttpRequestException(HttpRequestError.ConnectionError, hosts.Refuse(host, found[0]));
    }

    // A tunnel's first request is CONNECT to the proxy itself; without a tunnel the proxy is not where the request
    // goes.
    private static bool IsProxy(SocketsHttpConnectionContext context) =>
        context.InitialRequestMessage is { RequestUri: { } target } request
        && (request.Method == HttpMethod.Connect
            || context.DnsEndPoint.Port != target.Port
            || !string.Equals(context.DnsEndPoint.Host, target.IdnHost, StringComparison.OrdinalIgnoreCase));
}
