using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Reconciler.Atlassian;

/// <summary>
/// Which hosts a remote may be at. Whoever may write an Installation chooses <c>baseUrl</c>, and the operator would
/// call it from inside the cluster: so only public addresses are called, judged after name resolution, at each connect.
/// </summary>
/// <param name="allowed">Names, addresses or CIDRs that may be called although they are not public.</param>
/// <param name="only">Names, addresses or <c>*.SUFFIX</c> that may be called at all; empty: any.</param>
/// <param name="loopback">Loopback may be called: emulators, and proxies in the same pod.</param>
public sealed class RemoteHosts(ImmutableArray<string> allowed, ImmutableArray<string> only, bool loopback)
{
    private static readonly ImmutableArray<(IPNetwork Network, string What)> Special =
    [
        (IPNetwork.Parse("127.0.0.0/8"), "a loopback"),
        (IPNetwork.Parse("169.254.0.0/16"), "a link-local (cloud metadata)"),
        (IPNetwork.Parse("10.0.0.0/8"), "a private"),
        (IPNetwork.Parse("172.16.0.0/12"), "a private"),
        (IPNetwork.Parse("192.168.0.0/16"), "a private"),
        (IPNetwork.Parse("100.64.0.0/10"), "a shared"),
        (IPNetwork.Parse("0.0.0.0/8"), "an unspecified"),
        (IPNetwork.Parse("192.0.0.0/24"), "a reserved"),
        (IPNetwork.Parse("192.0.2.0/24"), "a documentation"),
        (IPNetwork.Parse("198.18.0.0/15"), "a reserved"),
        (IPNetwork.Parse("198.51.100.0/24"), "a documentation"),
        (IPNetwork.Parse("203.0.113.0/24"), "a documentation"),
        (IPNetwork.Parse("224.0.0.0/4"), "a multicast"),
        (IPNetwork.Parse("240.0.0.0/4"), "a reserved"),
        (IPNetwork.Parse("::1/128"), "a loopback"),
        (IPNetwork.Parse("fe80::/10"), "a link-local"),
        (IPNetwork.Parse("fc00::/7"), "a private"),
        (IPNetwork.Parse("2001::/32"), "a tunnel"),
        (IPNetwork.Parse("2001:db8::/32"), "a documentation"),
        (IPNetwork.Parse("2002::/16"), "a tunnel"),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private readonly ImmutableArray<IPNetwork> _networks =
        [.. allowed.Select(NetworkOf).Where(network => network is not null).Select(network => network!.Value)];

    /// <summary>Whether it can open something: a name, an address or a CIDR. A suffix would let whoever serves the zone
    /// point into the cluster.</summary>
    public static bool CanAllow(string entry) => NetworkOf(entry) is not null || IsName(entry);

    /// <summary>Whether it can be matched by the host of an address: a name, <c>*.SUFFIX</c> or an address. A CIDR
    /// says nothing about a name.</summary>
    public static bool CanRestrict(string entry) =>
        IPAddress.TryParse(entry, out _)
        || IsName(entry.StartsWith("*.", StringComparison.Ordinal) ? entry[2..] : entry);

    /// <summary>Judges a host before any name is resolved. Null: go on; else one sentence with the fix.</summary>
    public string? Refuse(string host)
    {
        if (!only.IsEmpty && !only.Any(entry => Covers(entry, host)))
        {
            return $"{host} is not among the hosts that this operator may call: add it to --only-remote-hosts if it is "
                + "meant.";
        }

        return IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? Refuse(host, literal) : null;
    }

    /// <summary>Judges an address that a host was resolved to. Null: it may be called.</summary>
    public string? Refuse(string host, IPAddress address)
    {
        var bare = Unwrap(address);
        if (WhatIsSpecial(bare) is not { } what || (loopback && IPAddress.IsLoopback(bare)) || Allows(host, bare))
        {
            return null;
        }

        var where = host.Trim('[', ']') == address.ToString() ? host : $"{host} is at {address}, which";
        return $"{where} is {what} address, which Installations may not name: if it is meant, start the operator with "
            + $"--allow-remote-hosts {host}.";
    }

    /// <summary>Whether a credential that the operator holds, and the author of an Installation may not read, can be
    /// sent there: to the platform's own host, or to one that whoever runs the operator named.</summary>
    public bool Trusts(string host) =>
        string.Equals(host, RemoteAddress.ForgeDefault.Host, StringComparison.OrdinalIgnoreCase)
        || (loopback && IsLoopback(host))
        || allowed.Concat(only).Any(entry => Covers(entry, host));

    private static bool IsName(string text) => Uri.CheckHostName(text) == UriHostNameType.Dns;

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private bool Allows(string host, IPAddress address) =>
        allowed.Any(entry => string.Equals(entry, host, StringComparison.OrdinalIgnoreCase))
        || _networks.Any(network => network.Contains(address));

    // ::ffff:a.b.c.d and 64:ff9b::a.b.c.d lead to a.b.c.d.
    private static IPAddress Unwrap(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4(),
        { AddressFamily: AddressFamily.InterNetworkV6 } when Nat64.Contains(address) =>
            new IPAddress(address.GetAddressBytes().AsSpan(12)),
        _ => address,
    };

    private static string? WhatIsSpecial(IPAddress address)
    {
        foreach (var (network, what) in Special)
        {
            if (network.Contains(address))
            {
                return what;
            }
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 && !GlobalUnicast.Contains(address)
            ? "a reserved"
            : null;
    }

    private static bool Covers(string entry, string host) => entry.StartsWith("*.", StringComparison.Ordinal)
        ? host.Length > entry.Length - 1 && host.EndsWith(entry[1..], StringComparison.OrdinalIgnoreCase)
        : string.Equals(entry, host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);

    private static IPNetwork? NetworkOf(string entry) =>
        IPNetwork.TryParse(entry, out var network) ? network
        : IPAddress.TryParse(entry, out var address)
            ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
            : null;
}
