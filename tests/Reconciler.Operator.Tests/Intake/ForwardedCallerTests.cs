using System.Net;

namespace Reconciler.Operator.Tests.Intake;

/// <summary>Whose rate is limited when calls come through a proxy.</summary>
public sealed class ForwardedCallerTests
{
    [Fact]
    public async Task Callers_behind_a_trusted_proxy_have_a_budget_each()
    {
        await using var world = await StartAsync("127.0.0.0/8");

        Assert.Equal([401, 401, 429], await CallAsync(world, "198.51.100.1", "198.51.100.1", "198.51.100.1"));
        Assert.Equal([401, 401, 429], await CallAsync(world, "2001:db8::1", "2001:db8::2", "2001:db8::3"));
    }

    [Fact]
    public async Task What_a_caller_wrote_left_of_itself_gives_it_no_second_budget()
    {
        await using var world = await StartAsync("127.0.0.0/8");

        Assert.Equal(
            [401, 401, 429, 429],
            await CallAsync(
                world, "203.0.113.7", "192.0.2.1, 203.0.113.7", "192.0.2.2, 203.0.113.7", "x, 203.0.113.7"));
    }

    [Fact]
    public async Task Proxies_before_proxies_are_looked_through()
    {
        await using var world = await StartAsync("127.0.0.0/8", "10.0.0.0/8");

        Assert.Equal(
            [401, 401, 429],
            await CallAsync(world, "203.0.113.7, 10.1.2.3", "192.0.2.1, 203.0.113.7, 10.9.9.9", "203.0.113.7"));
        Assert.Equal([401], await CallAsync(world, "203.0.113.8, 10.1.2.3"));
    }

    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData(null)]
    public async Task The_header_of_a_peer_that_is_not_trusted_says_nothing(string? trusted)
    {
        await using var world = await StartAsync(trusted is null ? [] : [trusted]);

        Assert.Equal([401, 401, 429], await CallAsync(world, "192.0.2.1", "192.0.2.2", "192.0.2.3"));
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("")]
    public async Task A_header_that_names_nobody_leaves_the_proxy_as_the_caller(string header)
    {
        await using var world = await StartAsync("127.0.0.0/8");

        Assert.Equal([401, 401, 429], await CallAsync(world, header, header, header));
    }

    // The clock stands still: a budget of two is used up by two calls.
    private static Task<IntakeWorld> StartAsync(params string[] trusted) => IntakeWorld.StartAsync(
        IntakeWorld.Options with
        {
            Rates = new() { PerAddress = 2, Overall = 100 },
            TrustedProxies = [.. trusted.Select(IPNetwork.Parse)],
        });

    private static async Task<List<int>> CallAsync(IntakeWorld world, params string[] forwardedFor)
    {
        var answers = new List<int>();
        foreach (var header in forwardedFor)
        {
            answers.Add(await world.CallAsync("x.y.z", forwardedFor: header));
        }

        return answers;
    }
}
