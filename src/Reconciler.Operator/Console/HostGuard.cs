using System.Net;
using Microsoft.AspNetCore.Http;

namespace Reconciler.Operator.Console;

/// <summary>
/// Keeps web pages of others from reading the console through a visitor's browser. A name that its owner points at our
/// address (DNS rebinding) arrives in the Host header, so only names that cannot be rebound are answered: loopback,
/// addresses, and the names that were configured.
/// </summary>
internal sealed class HostGuard(ConsoleOptions options)
{
    private readonly bool _isLoopback = IPAddress.IsLoopback(options.Bind.Address);

    public bool Admits(HttpRequest request) => AdmitsHost(request.Host.Host) && AdmitsSite(request);

    /// <param name="host">Without the port: a forwarded port has another number.</param>
    public bool AdmitsHost(string host)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return !_isLoopback || IPAddress.IsLoopback(address);
        }

        return string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
            || options.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase);
    }

    // Another site could not read an answer, but it could use up the streams.
    private static bool AdmitsSite(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        || request.Headers["Sec-Fetch-Site"] is not [{ } site]
        || site is "same-origin" or "none";
}
