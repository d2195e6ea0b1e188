using System.Collections.Immutable;
using System.Net;

namespace Reconciler.Atlassian.Tests;

/// <summary>Which hosts an Installation may lead the operator to.</summary>
public sealed class RemoteHostsTests
{
    [Theory]
    [InlineData("127.0.0.1", "a loopback")]
    [InlineData("::1", "a loopback")]
    [InlineData("::ffff:127.0.0.1", "a loopback")]
    [InlineData("169.254.169.254", "cloud metadata")]
    [InlineData("64:ff9b::a9fe:a9fe", "cloud metadata")]
    [InlineData("fe80::1", "a link-local")]
    [InlineData("fd00:ec2::254", "a private")]
    [InlineData("10.96.0.1", "a private")]
    [InlineData("172.16.0.1", "a private")]
    [InlineData("172.31.255.255", "a private")]
    [InlineData("192.168.1.1", "a private")]
    [InlineData("100.64.0.1", "a shared")]
    [InlineData("0.0.0.0", "an unspecified")]
    [InlineData("::", "a reserved")]
    [InlineData("224.0.0.1", "a multicast")]
    [InlineData("255.255.255.255", "a reserved")]
    [InlineData("2002:7f00:1::", "a tunnel")]
    public void What_is_not_public_is_refused_with_the_fix(string address, string what)
    {
        var refusal = Hosts().Refuse("sneaky.example", IPAddress.Parse(address));
        Assert.Contains(what, refusal, StringComparison.Ordinal);
        Assert.Contains("--allow-remote-hosts sneaky.example", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("104.192.142.1")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:4700::1")]
    [InlineData("64:ff9b::68c0:8e01")]
    public void What_is_public_may_be_called(string address) =>
        Assert.Null(Hosts().Refuse("api.example", IPAddress.Parse(address)));

    [Theory]
    [InlineData("proxy.mesh", "proxy.mesh", "10.0.0.7", true)]
    [InlineData("10.0.0.0/24", "proxy.mesh", "10.0.0.7", true)]
    [InlineData("10.0.0.7", "proxy.mesh", "10.0.0.7", true)]
    [InlineData("10.0.0.0/24", "proxy.mesh", "10.0.1.7", false)]
    [InlineData("other.mesh", "proxy.mesh", "10.0.0.7", false)]
    [InlineData("mesh", "proxy.mesh", "10.0.0.7", false)]
    public void A_name_or_a_network_can_be_allowed(string entry, string host, string address, bool isAllowed) =>
        Assert.Equal(isAllowed, Hosts(allowed: entry).Refuse(host, IPAddress.Parse(address)) is null);

    [Theory]
    [InlineData("*.atlassian.net", "acme.atlassian.net", true)]
    [InlineData("*.atlassian.net", "atlassian.net", false)]
    [InlineData("*.atlassian.net", "acme.atlassian.net.evil.example", false)]
    [InlineData("*.atlassian.net", "evilatlassian.net", false)]
    [InlineData("api.atlassian.com", "API.Atlassian.com", true)]
    [InlineData("api.atlassian.com", "xapi.atlassian.com", false)]
    public void Only_some_names_may_be_called_where_that_is_said(string entry, string host, bool isAllowed) =>
        Assert.Equal(isAllowed, Hosts(only: entry).Refuse(host) is null);

    [Fact]
    public void A_wildcard_of_names_does_not_open_private_addresses() =>
        Assert.NotNull(Hosts(only: "*.example").Refuse("a.example", IPAddress.Parse("10.0.0.1")));

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("[::1]")]
    public void A_literal_address_is_judged_before_anything_is_sent(string host) =>
        Assert.NotNull(Hosts().Refuse(host));

    [Fact]
    public void Loopback_is_open_for_emulators_and_nothing_else_is()
    {
        var hosts = new RemoteHosts([], [], loopback: true);
        Assert.Null(hosts.Refuse("localhost", IPAddress.Loopback));
        Assert.Null(hosts.Refuse("localhost", IPAddress.IPv6Loopback));
        Assert.NotNull(hosts.Refuse("localhost", IPAddress.Parse("10.0.0.1")));
    }

    /// <summary>What can never match anything is refused where it is given, not obeyed in silence.</summary>
    [Theory]
    [InlineData("api.example", true, true)]
    [InlineData("10.0.0.7", true, true)]
    [InlineData("::1", true, true)]
    [InlineData("*.example.com", false, true)]
    [InlineData("10.0.0.0/8", true, false)]
    [InlineData("fd00::/8", true, false)]
    [InlineData("https://api.example", false, false)]
    [InlineData("a b", false, false)]
    [InlineData("*.*.example", false, false)]
    public void Entries_are_checked(string entry, bool canAllow, bool canRestrict) =>
        Assert.Equal((canAllow, canRestrict), (RemoteHosts.CanAllow(entry), RemoteHosts.CanRestrict(entry)));

    [Fact]
    public void An_address_may_be_the_only_one_called() =>
        Assert.Null(Hosts(allowed: "::1", only: "::1").Refuse("[::1]"));

    private static RemoteHosts Hosts(string? allowed = null, string? only = null) =>
        new(ListOf(allowed), ListOf(only), loopback: false);

    private static ImmutableArray<string> ListOf(string? entry) => entry is null ? [] : [entry];

    /// <summary>Who may write an Installation names the host; the token that Forge delivered is not theirs to
    /// send.</summary>
    [Theory]
    [InlineData("api.atlassian.com", true)]
    [InlineData("API.atlassian.com", true)]
    [InlineData("evil.example", false)]
    [InlineData("api.atlassian.com.evil.example", false)]
    [InlineData("proxy.corp", true)]
    [InlineData("a.trusted.example", true)]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.1.evil.example", false)]
    public void Only_the_platform_and_named_hosts_are_trusted_with_delivered_tokens(string host, bool expected)
    {
        Assert.Equal(expected, new RemoteHosts(["proxy.corp"], ["*.trusted.example"], loopback: true).Trusts(host));
        Assert.False(new RemoteHosts([], [], loopback: false).Trusts("localhost"));
    }
}
