using System.Net;
using System.Net.Sockets;
using System.Text;
using Reconciler.Operator.Intake;
using Reconciler.TestKit;

namespace Reconciler.Operator.Tests.Intake;

/// <summary>What a caller may cost.</summary>
public sealed class LimitTests
{
    private static readonly string Huge = new('x', 64 * 1024 + 1);

    [Fact]
    public async Task An_oversized_body_is_refused_with_and_without_proof()
    {
        await using var world = await IntakeWorld.StartAsync();

        Assert.Equal(413, await world.CallAsync(world.Issuer.Mint(), TestIssuer.SystemToken(), Huge));
        Assert.Equal(413, await world.CallAsync("x", TestIssuer.SystemToken(), Huge));

        Assert.Equal(0, world.Writes);
    }

    [Fact]
    public async Task An_oversized_body_of_unknown_length_is_refused()
    {
        await using var world = await IntakeWorld.StartAsync();
        var call = await ConnectAsync(world);

        await call.SendAsync(
            $"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.Issuer.Mint()}\r\n"
            + $"Transfer-Encoding: chunked\r\n\r\n{Huge.Length:x}\r\n{Huge}\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413", await call.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_oversized_header_is_refused()
    {
        await using var world = await IntakeWorld.StartAsync();
        var call = await ConnectAsync(world);

        await call.SendAsync($"POST / HTTP/1.1\r\nHost: x\r\nx-filler: {new string('x', 50_000)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 431", await call.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Only_a_post_is_a_call(string method)
    {
        await using var world = await IntakeWorld.StartAsync();

        Assert.Equal(405, await world.CallAsync(world.Issuer.Mint(), method: new HttpMethod(method)));
    }

    [Theory]
    [InlineData("POST / HT")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nx-slow: ")]
    public async Task Slow_callers_are_cut_off_and_delay_no_other(string begun)
    {
        await using var world = await IntakeWorld.StartAsync(
            IntakeWorld.Options with { RequestTimeout = TimeSpan.FromSeconds(2) });
        var slow = new List<RawCall>();
        for (var i = 0; i < 60; i++)
        {
            slow.Add(await ConnectAsync(world));
            await slow[^1].SendAsync(begun);
        }

        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint(), TestIssuer.SystemToken()));

        await Task.WhenAll(slow.Select(call => call.ReadToEndAsync()));
    }

    [Fact]
    public async Task A_slow_body_is_cut_off_even_with_proof()
    {
        await using var world = await IntakeWorld.StartAsync();
        var slow = await ConnectAsync(world);

        await slow.SendAsync(
            $"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.Issuer.Mint()}\r\n"
            + $"Content-Length: 9999\r\n\r\n{{");

        Assert.StartsWith("HTTP/1.1 408", await slow.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(0, world.Writes);
    }

    [Fact]
    public async Task More_calls_than_allowed_are_refused_before_anything_is_verified()
    {
        await using var world = await IntakeWorld.StartAsync(
            IntakeWorld.Options with { Rates = new() { PerAddress = 5, Overall = 5 } });

        var answers = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            answers.Add(await world.CallAsync("x.y.z"));
        }

        Assert.Equal([401, 401, 401, 401, 401, 429, 429, 429], answers);
        Assert.Contains("reconciler_forge_refusals_total{reason=\"rate\"}", world.Metrics(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_address_does_not_use_up_what_others_may_send()
    {
        var time = new ManualTimeProvider();
        var budgets = new CallerBudgets(new() { PerAddress = 10, Overall = 100 }, time);

        Assert.Equal(10, Enumerable.Range(0, 50).Count(_ => budgets.TryTake(IPAddress.Parse("192.0.2.1"))));
        Assert.True(budgets.TryTake(IPAddress.Parse("192.0.2.2")));
        Assert.False(budgets.TryTake(IPAddress.Parse("::ffff:192.0.2.1")));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Enumerable.Range(0, 50).Count(_ => budgets.TryTake(IPAddress.Parse("192.0.2.1"))));
    }

    [Fact]
    public void Addresses_of_one_network_and_addresses_without_end_share_a_budget()
    {
        var budgets = new CallerBudgets(new() { PerAddress = 10, Overall = 1_000_000 }, new ManualTimeProvider());

        Assert.Equal(10, Enumerable.Range(0, 200).Count(i => budgets.TryTake(IPAddress.Parse($"2001:db8::{i:x}"))));
        Assert.InRange(
            Enumerable.Range(0, 60_000).Count(i => budgets.TryTake(new IPAddress(0x0A000000 + (uint)i))), 1, 2048 + 10);
    }

    private static async Task<RawCall> ConnectAsync(IntakeWorld world)
    {
        var client = new TcpClient();
        await client.ConnectAsync(world.Address);
        return new RawCall(client);
    }

    private sealed class RawCall(TcpClient client)
    {
        public Task SendAsync(string text) =>
            client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

        /// <summary>Completes when the server closes the connection.</summary>
        public async Task<string> ReadToEndAsync()
        {
            var text = new StringBuilder();
            var buffer = new byte[4096];
            using (client)
            {
                try
                {
                    for (int read; (read = await client.GetStream().ReadAsync(buffer)) > 0;)
                    {
                        text.Append(Encoding.ASCII.GetString(buffer, 0, read));
                    }
                }
                catch (IOException)
                {
                    // Reset instead of closed.
                }
            }

            return text.ToString();
        }
    }
}
