using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Reconciler.Operator.Hosting;

/// <summary>Where a listener binds, written <c>host:port</c>; port 0 lets the system choose one.</summary>
internal sealed record BindAddress(IPAddress Address, int Port)
{
    /// <summary>Parses <c>host:port</c>; host is an IP address, <c>localhost</c>, <c>*</c>, or nothing for
    /// all.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out BindAddress? bind)
    {
        bind = null;
        var colon = text.LastIndexOf(':');
        if (colon < 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort)
        {
            return false;
        }

        var host = text[..colon].Trim('[', ']');
        var address = host switch
        {
            "" or "*" => IPAddress.Any,
            "localhost" => IPAddress.Loopback,
            _ => IPAddress.TryParse(host, out var parsed) ? parsed : null,
        };
        bind = address is null ? null : new(address, port);
        return bind is not null;
    }

    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
