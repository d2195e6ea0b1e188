using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Operator.Intake;
using Reconciler.TestKit;

namespace Reconciler.Operator.Tests.Intake;

/// <summary>Where keys come from, how often, and what holds while they cannot be had.</summary>
public sealed class KeyTests
{
    [Fact]
    public async Task A_flood_of_unknown_keys_costs_a_handful_of_fetches_and_no_genuine_call()
    {
        await using var world = await IntakeWorld.StartAsync(
            IntakeWorld.Options with { Rates = new() { PerAddress = 10_000, Overall = 10_000 } });
        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint()));

        foreach (var batch in Enumerable.Range(0, 500).Chunk(50))
        {
            var answers = await Task.WhenAll(batch.Select(i => world.CallAsync(
                world.Issuer.Mint(header: header => header["kid"] = $"forge/invocation-token/{i}"))));
            Assert.All(answers, answer => Assert.Equal(401, answer));
        }

        Assert.InRange(world.Keys.Fetches.Count, 1, FetchBudget.Burst + 2);
        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint()));
    }

    [Fact]
    public async Task Keys_are_fetched_once_for_many_calls()
    {
        await using var world = await IntakeWorld.StartAsync();

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(204, await world.CallAsync(world.Issuer.Mint()));
        }

        Assert.Single(world.Keys.Fetches);
    }

    [Fact]
    public async Task A_rotated_key_is_taken_at_its_first_call_and_the_old_one_no_more()
    {
        await using var world = await IntakeWorld.StartAsync();
        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint()));
        var old = world.Issuer.Mint();
        world.Issuer.Rotate();

        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint()));
        Assert.Equal(401, await world.CallAsync(old));
    }

    [Fact]
    public async Task Known_keys_work_while_the_key_server_is_down()
    {
        await using var world = await IntakeWorld.StartAsync();
        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint()));
        world.Keys.IsDown = true;

        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint()));
        Assert.Equal(401, await world.CallAsync(world.Issuer.Mint(header: header => header["kid"] = "other")));
    }

    [Fact]
    public async Task Without_keys_nothing_is_accepted_and_nothing_is_concluded()
    {
        await using var world = await IntakeWorld.StartAsync();
        world.Keys.IsDown = true;

        Assert.Equal(503, await world.CallAsync(world.Issuer.Mint(), TestIssuer.SystemToken()));
        Assert.Equal(0, world.Writes);

        world.Keys.IsDown = false;
        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint(), TestIssuer.SystemToken()));
    }

    [Theory]
    [InlineData(200, "<html>")]
    [InlineData(200, """{"keys":[]}""")]
    [InlineData(200, """{"keys":[{"kty":"RSA","kid":"forge/invocation-token/one","n":"AQAB","e":"AQAB"}]}""")]
    [InlineData(200, """{"keys":7}""")]
    [InlineData(302, "")]
    [InlineData(500, "")]
    public async Task An_unusable_key_set_is_no_key_set(int status, string body)
    {
        await using var world = await IntakeWorld.StartAsync();
        world.Keys.Instead = () => new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body)),
        };

        Assert.Equal(503, await world.CallAsync(world.Issuer.Mint()));
    }

    [Fact]
    public async Task An_endless_key_set_is_cut_off()
    {
        await using var world = await IntakeWorld.StartAsync();
        world.Keys.Instead = () => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new ByteArrayContent(new byte[2_000_000]),
        };

        Assert.Equal(503, await world.CallAsync(world.Issuer.Mint()));
    }

    [Fact]
    public async Task A_call_of_an_isolated_cloud_is_verified_with_its_own_keys()
    {
        await using var world = await IntakeWorld.StartAsync();

        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint(claims => claims["icLabel"] = "blue-1")));

        Assert.Equal("https://keys.blue-1.example/jwks.json", Assert.Single(world.Keys.Fetches).AbsoluteUri);
    }

    [Fact]
    public async Task A_call_of_an_isolated_cloud_is_refused_without_a_template()
    {
        await using var world = await IntakeWorld.StartAsync(
            IntakeWorld.Options with { IsolatedKeysTemplate = null });

        Assert.Equal(401, await world.CallAsync(world.Issuer.Mint(claims => claims["icLabel"] = "blue-1")));

        Assert.Empty(world.Keys.Fetches);
    }

    [Fact]
    public async Task Labels_that_nobody_has_cost_a_bounded_number_of_fetches()
    {
        await using var world = await IntakeWorld.StartAsync();
        world.Keys.IsDown = true;

        for (var i = 0; i < 40; i++)
        {
            await world.CallAsync(world.Issuer.Mint(claims => claims["icLabel"] = $"label-{i}"));
        }

        Assert.InRange(world.Keys.Fetches.Count, 1, FetchBudget.Burst + 1);
    }

    [Fact]
    public async Task Keys_are_refreshed_after_an_hour_and_trusted_for_a_day()
    {
        using var issuer = new TestIssuer();
        var time = new ManualTimeProvider();
        var server = new KeyServer(issuer.PublicKeys);
        using var http = new HttpMessageInvoker(server);
        using var metrics = new IntakeMetrics();
        var cache = new KeyCache(
            new("https://keys.example/"), new(http, metrics, time), new(time), time, NullLogger.Instance);

        Assert.IsType<KeyAnswer.Found>(await cache.FindAsync(issuer.KeyId, CancellationToken.None));
        time.Advance(TimeSpan.FromMinutes(59));
        await cache.FindAsync(issuer.KeyId, CancellationToken.None);
        Assert.Single(server.Fetches);
        server.IsDown = true;
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.IsType<KeyAnswer.Found>(await cache.FindAsync(issuer.KeyId, CancellationToken.None));
        Assert.Equal(2, server.Fetches.Count);
        time.Advance(TimeSpan.FromHours(22));
        Assert.IsType<KeyAnswer.Found>(await cache.FindAsync(issuer.KeyId, CancellationToken.None));
        time.Advance(TimeSpan.FromHours(2));
        Assert.IsType<KeyAnswer.Unavailable>(await cache.FindAsync(issuer.KeyId, CancellationToken.None));
        server.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.IsType<KeyAnswer.Found>(await cache.FindAsync(issuer.KeyId, CancellationToken.None));
    }

    [Fact]
    public async Task A_key_that_is_absent_is_not_asked_for_again_for_a_while()
    {
        using var issuer = new TestIssuer();
        var time = new ManualTimeProvider();
        var server = new KeyServer(issuer.PublicKeys);
        using var http = new HttpMessageInvoker(server);
        using var metrics = new IntakeMetrics();
        var cache = new KeyCache(
            new("https://keys.example/"), new(http, metrics, time), new(time), time, NullLogger.Instance);

        Assert.IsType<KeyAnswer.Unknown>(await cache.FindAsync("absent", CancellationToken.None));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.IsType<KeyAnswer.Unknown>(await cache.FindAsync("absent", CancellationToken.None));
        Assert.Single(server.Fetches);
        time.Advance(TimeSpan.FromSeconds(11));
        await cache.FindAsync("absent", CancellationToken.None);
        Assert.Equal(2, server.Fetches.Count);
    }
}
