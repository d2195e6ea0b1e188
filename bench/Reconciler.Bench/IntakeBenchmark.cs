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
/// <see cref="ReactionBenchmark"/>) at idle and under attack, alternating in one run, calls refused per second and
/// resident memory. The attack: forged tokens under a known key id, unknown key ids, oversized headers, and slow
/// callers, from as many connections as there is room for.
/// </summary>
internal static partial class IntakeBenchmark
{
    private const int Rounds = 3;
    private const int ReactionsEach = 15;
    private const int Attackers = 16;
    private const int SlowCallers = 40;

    public static async Task RunAsync(Stage stage)
    {
        await stage.ApplyInstallationAsync("acme", "emulator-token");
        await using var started = await stage.StartReadyOperatorAsync(
            "--forge-remote-bind", "127.0.0.1:0",
            "--forge-app-id", "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa",
            "--forge-jwks-url", new Uri(stage.Emulator.BaseUrl, "/.well-known/jwks.json").AbsoluteUri);
        var intake = await AddressAsync(started);
        await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", "dminst/acme");
        var forged = await ForgedAsync(stage);
        var (idle, attacked) = (new Figures("reaction at idle", "ms"), new Figures("reaction under attack", "ms"));
        await ReactAsync(stage, new Figures("warm-up", "ms"), "warm", 5);
        Print("resident before the attack", started);
        var (answered, seconds) = (0L, 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            await ReactAsync(stage, idle, $"idle-{round}", ReactionsEach);
            var attack = new Attack(intake, forged);
            var began = Stopwatch.GetTimestamp();
            await ReactAsync(stage, attacked, $"attack-{round}", ReactionsEach);
            seconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
            Print("resident under attack", started);
            answered += await attack.StopAsync();
        }

        idle.Print();
        attacked.Print();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"refused: {answered / seconds:F0} calls/s; ratio of medians: {attacked.Percentile(50) / idle.Percentile(50):F2}"));
    }

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

    private sealed class Attack
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<Task<long>> _attackers;

        public Attack(IPEndPoint target, string forged)
        {
            var unknown = "eyJhbGciOiJSUzI1NiIsImtpZCI6Im5vYm9keSJ9" + forged[forged.IndexOf('.')..];
            string[] calls = [Call(forged), Call(unknown), Call(new string('x', 60_000)), Call("x.y.z")];
            _attackers =
            [
                .. Enumerable.Range(0, Attackers).Select(i => Task.Run(
                    () => RepeatAsync(target, calls[i % calls.Length], isSlow: false))),
                .. Enumerable.Range(0, SlowCallers).Select(_ => Task.Run(
                    () => RepeatAsync(target, "POST / HTTP/1.1\r\nHost: x\r\nx-slow: ", isSlow: true))),
            ];
        }

        public async Task<long> StopAsync()
        {
            _stop.Cancel();
            return (await Task.WhenAll(_attackers)).Sum();
        }

        private static string Call(string token) =>
            $"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 2\r\n\r\n{{}}";

        // Counts answers that came; each ends its connection.
        private async Task<long> RepeatAsync(IPEndPoint target, string call, bool isSlow)
        {
            var answers = 0L;
            var buffer = new byte[1024];
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(target, _stop.Token);
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(call), _stop.Token);
                    var read = await client.GetStream().ReadAsync(buffer, _stop.Token);
                    answers += read > 0 && !isSlow ? 1 : 0;
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
