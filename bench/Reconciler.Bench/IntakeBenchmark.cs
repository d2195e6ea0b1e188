using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Reconciler.TestKit.Processes;

namespace Reconciler.Bench;

/// <summary>
/// (e) What an attack on the token intake costs the operator: reaction of reconciliation (see
/// <see cref="ReactionBenchmark"/>) at rest and under each kind of attack, alternating in one run. The attackers call at a
/// fixed rate: unbounded ones would measure how they share the processors with the operator.
/// </summary>
internal static partial class IntakeBenchmark
{
    private const int ReactionsEach = 15;
    private const int CallsPerSecond = 500;
    private const int SlowCallers = 100;

    public static async Task RunAsync(Stage stage)
    {
        await stage.ApplyInstallationAsync("acme", "emulator-token");
        await using var started = await stage.StartReadyOperatorAsync(
            "--forge-remote-bind", "127.0.0.1:0",
            "--forge-app-id", "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa",
            "--forge-jwks-url", new Uri(stage.Emulator.BaseUrl, "/.well-known/jwks.json").AbsoluteUri);
        var intake = await AddressAsync(started);
        await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", "dminst/acme");
        var kinds = Kinds(await ForgedAsync(stage));
        await ReactAsync(stage, new Figures("warm-up", "ms"), "warm", 5);
        Print("resident before the attacks", started);
        foreach (var (index, (name, call)) in kinds.Index())
        {
            var (rest, attacked) = (new Figures($"reaction before: {name}", "ms"), new Figures($"reaction under: {name}", "ms"));
            await ReactAsync(stage, rest, $"rest-{index}", ReactionsEach);
            var began = Stopwatch.GetTimestamp();
            var attack = new Attack(intake, call);
            await ReactAsync(stage, attacked, $"attack-{index}", ReactionsEach);
            var answers = await attack.StopAsync();
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            rest.Print();
            attacked.Print();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {answers / seconds:F0} answers/s, ratio of medians {attacked.Percentile(50) / rest.Percentile(50):F2}"));

            // An installation has room for a hundred.
            await stage.Cluster.Kubectl.In("bench").RunAsync("delete", "dm", "--all");
        }

        Print("resident after the attacks", started);
    }

    /// <summary>Each kind with the bytes of one call; an unfinished one is a slow caller's.</summary>
    private static IReadOnlyList<(string Name, string Call)> Kinds(string forged)
    {
        var payload = forged[forged.IndexOf('.')..];
        return
        [
            ("forged signature", Call(forged)),
            ("unknown key ids", Call(Header("""{"alg":"RS256","kid":"nobody"}""") + payload)),
            ("alg none", Call(Header("""{"alg":"none"}""") + payload)),
            ("HS256", Call(Header("""{"alg":"HS256","kid":"nobody"}""") + payload)),
            ("not a token", Call("x.y.z")),
            ("oversized header", Call(new string('x', 60_000))),
            ("oversized body", $"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n{new string('x', 20_000)}"),
            ("slow callers", "POST / HTTP/1.1\r\nHost: x\r\nx-slow: "),
        ];
    }

    private static string Header(string json) => Convert.ToBase64String(Encoding.ASCII.GetBytes(json)).TrimEnd('=');

    private static string Call(string token) =>
        $"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 2\r\n\r\n{{}}";

    private static async Task ReactAsync(Stage stage, Figures figures, string name, int count)
    {
        for (var run = 0; run < count; run++)
        {
            var since = await stage.Emulator.Client.LastSeqAsync();
            var accepted = await stage.Api.CreateModuleAsync(
                "acme", $"{name}-{run}", $$"""{"events":["avi:jira:updated:issue"],"endpoint":"{{name}}-{{run}}"}""");
            await stage.Emulator.Client.WaitForRequestsAsync(1, "POST", since);
            var post = (await stage.Emulator.Client.RequestsAsync(since, "POST"))[0];
            var arrived = DateTimeOffset.Parse(post["receivedAt"]!.GetValue<string>(), CultureInfo.InvariantCulture);
            figures.Add((arrived - accepted).TotalMilliseconds);
            await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", $"dm/{name}-{run}");
        }
    }

    private static async Task<string> ForgedAsync(Stage stage)
    {
        var (_, body) = await LoopbackHttp.SendAsync(
            HttpMethod.Post, new Uri(stage.Emulator.BaseUrl, "/_emulator/invocations"), """{"forged":true}""");
        return System.Text.Json.Nodes.JsonNode.Parse(body)!["fit"]!.GetValue<string>();
    }

    private static async Task<IPEndPoint> AddressAsync(OperatorProcess started)
    {
        var line = await started.Process.WaitForLineAsync(static line => Serving().IsMatch(line));
        return IPEndPoint.Parse(Serving().Match(line).Groups["at"].Value);
    }

    private static void Print(string what, OperatorProcess process)
    {
        var line = File.ReadLines($"/proc/{process.Process.Id}/status")
            .First(static line => line.StartsWith("VmRSS", StringComparison.Ordinal));
        Console.WriteLine($"{what}: {line.Split(':', StringSplitOptions.TrimEntries)[1]}");
    }

    [GeneratedRegex("Taking tokens from Forge on (?<at>[0-9.]+:[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Serving();

    /// <summary>Calls one after the other at a fixed rate, or holds connections open that never finish a call.</summary>
    private sealed class Attack
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task<long>[] _attackers;

        public Attack(IPEndPoint target, string call)
        {
            var isSlow = !call.Contains("\r\n\r\n", StringComparison.Ordinal);
            var attackers = isSlow ? SlowCallers : 16;
            var pause = isSlow ? TimeSpan.Zero : TimeSpan.FromSeconds((double)attackers / CallsPerSecond);
            var bytes = Encoding.ASCII.GetBytes(call);
            _attackers = [.. Enumerable.Range(0, attackers).Select(_ => RepeatAsync(target, bytes, pause))];
        }

        public async Task<long> StopAsync()
        {
            _stop.Cancel();
            return (await Task.WhenAll(_attackers)).Sum();
        }

        // Counts answers that came; each ends its connection.
        private async Task<long> RepeatAsync(IPEndPoint target, byte[] call, TimeSpan pause)
        {
            var answers = 0L;
            var buffer = new byte[1024];
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    var began = Stopwatch.GetTimestamp();
                    using var client = new TcpClient();
                    await client.ConnectAsync(target, _stop.Token);
                    await client.GetStream().WriteAsync(call, _stop.Token);
                    var read = await client.GetStream().ReadAsync(buffer, _stop.Token);
                    answers += read > 0 ? 1 : 0;
                    var left = pause - Stopwatch.GetElapsedTime(began);
                    await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, _stop.Token);
                }
                catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
                {
                    // Cut off, as it should be, or the attack is over.
                }
            }

            return answers;
        }
    }
}
