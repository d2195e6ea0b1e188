using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Reconciler.TestKit.Processes;
using Reconciler.TestKit.Wire;

namespace Reconciler.Bench;

/// <summary>
/// (e) What an attack on the token intake costs the operator. Reaction of reconciliation (see
/// <see cref="ReactionBenchmark"/>) in three states that take turns: at rest; while the same attackers call a decoy, a
/// socket that answers 401 and nothing else; while they call the intake. Attackers, API server, emulator and operator
/// share the processors, so the difference of the first two is what any traffic of that rate costs on this machine, and
/// the ratio of the last two is what the intake itself costs. The attackers call at a fixed rate: unbounded ones would
/// measure how they share the processors with the operator.
/// </summary>
internal static partial class IntakeBenchmark
{
    private const int Rounds = 4;
    private const int ReactionsEach = 10;
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
        await using var decoy = new LoopbackListener(RefuseAsync);
        await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", "dminst/acme");
        var kinds = await KindsAsync(stage);
        await ReactAsync(stage, new Figures("warm-up", "ms"), 5);
        Print("resident before the attacks", started);
        foreach (var (name, call) in kinds)
        {
            await MeasureAsync(stage, started, name, call, intake, decoy.EndPoint);
        }

        Print("resident after the attacks", started);
    }

    private static async Task MeasureAsync(
        Stage stage, OperatorProcess started, string name, Func<long, string> call, IPEndPoint intake, IPEndPoint decoy)
    {
        var rest = new Figures($"{name}: at rest", "ms");
        var beside = new Figures($"{name}: decoy called", "ms");
        var attacked = new Figures($"{name}: intake called", "ms");
        var (answers, seconds, processor) = (0L, 0.0, TimeSpan.Zero);
        for (var round = 0; round < Rounds; round++)
        {
            await ReactAsync(stage, rest, ReactionsEach);
            var onDecoy = new Attack(decoy, call);
            await ReactAsync(stage, beside, ReactionsEach);
            await onDecoy.StopAsync();

            var (began, used) = (Stopwatch.GetTimestamp(), ProcessFigures.ProcessorTime(started));
            var attack = new Attack(intake, call);
            await ReactAsync(stage, attacked, ReactionsEach);
            answers += await attack.StopAsync();
            seconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
            processor += ProcessFigures.ProcessorTime(started) - used;
        }

        foreach (var figures in (ReadOnlySpan<Figures>)[rest, beside, attacked])
        {
            figures.Print();
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {answers / seconds:F0} answers/s, operator {processor.TotalSeconds / seconds:P1} of a core, "
            + $"medians intake/decoy {attacked.Percentile(50) / beside.Percentile(50):F2}, "
            + $"decoy/rest {beside.Percentile(50) / rest.Percentile(50):F2}"));
    }

    /// <summary>What the cheapest server would do: takes the call's first bytes, refuses, closes.</summary>
    private static async Task RefuseAsync(TcpClient caller, int number, CancellationToken stop)
    {
        var buffer = new byte[4096];
        var text = "";
        while (!text.Contains("\r\n\r\n", StringComparison.Ordinal) && text.Length < 40_000)
        {
            var read = await caller.GetStream().ReadAsync(buffer, stop);
            if (read == 0)
            {
                return;
            }

            text += Encoding.ASCII.GetString(buffer, 0, read);
        }

        await caller.GetStream().WriteAsync(
            "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), stop);
    }

    /// <summary>Each kind with the text of a call, given its number; an unfinished one is a slow caller's.</summary>
    private static async Task<IReadOnlyList<(string Name, Func<long, string> Call)>> KindsAsync(Stage stage)
    {
        const string Lasting = "\"exp\":4000000000";
        var forged = await InvocationAsync(stage, """{"forged":true}""");
        var payload = forged[forged.IndexOf('.')..];
        return
        [
            Kind("forged signature", forged),
            Kind("wrong audience", await InvocationAsync(stage, $$$"""{"claims":{"aud":"another",{{{Lasting}}}}}""")),
            Kind("expired", await InvocationAsync(stage, """{"claims":{"exp":1700000000}}""")),
            Kind("not yet valid", await InvocationAsync(stage, $$$"""{"claims":{"nbf":3900000000,{{{Lasting}}}}}""")),
            Kind("alg none", Header("""{"alg":"none"}""") + payload),
            Kind("HS256 with the public key", Header("""{"alg":"HS256","kid":"nobody"}""") + payload),
            ("unknown key ids", number => Call(Header($$"""{"alg":"RS256","kid":"k{{number}}"}""") + payload)),
            ("replay beside other tokens", Replay(
                await InvocationAsync(stage, $$$"""{"claims":{{{{Lasting}}}}}"""))),
            ("oversized header", _ => Call(new string('x', 60_000))),
            ("oversized body", _ =>
                $"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n{new string('x', 20_000)}"),
            ("slow callers", _ => "POST / HTTP/1.1\r\nHost: x\r\nx-slow: "),
        ];
    }

    private static (string Name, Func<long, string> Call) Kind(string name, string token)
    {
        var call = Call(token);
        return (name, _ => call);
    }

    // The first that comes is taken; the same proof beside another token is not.
    private static Func<long, string> Replay(string token) =>
        number => Call(token, $"x-forge-oauth-system: t{number}\r\n");

    private static string Header(string json) => Convert.ToBase64String(Encoding.ASCII.GetBytes(json)).TrimEnd('=');

    private static string Call(string token, string headers = "") =>
        $"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{headers}Content-Length: 2\r\n\r\n{{}}";

    private static async Task ReactAsync(Stage stage, Figures figures, int count)
    {
        for (var run = 0; run < count; run++)
        {
            var name = $"m{run}";
            var since = await stage.Emulator.Client.LastSeqAsync();
            var accepted = await stage.Api.CreateModuleAsync(
                "acme", name, $$"""{"events":["avi:jira:updated:issue"],"endpoint":"{{name}}"}""");
            await stage.Emulator.Client.WaitForRequestsAsync(1, "POST", since);
            var post = (await stage.Emulator.Client.RequestsAsync(since, "POST"))[0];
            var arrived = DateTimeOffset.Parse(post["receivedAt"]!.GetValue<string>(), CultureInfo.InvariantCulture);
            figures.Add((arrived - accepted).TotalMilliseconds);
            await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", $"dm/{name}");
        }

        // The same names and as short a list in each state.
        await stage.Cluster.Kubectl.In("bench").RunAsync("delete", "dm", "--all");
    }

    private static async Task<string> InvocationAsync(Stage stage, string order)
    {
        var (_, body) = await LoopbackHttp.SendAsync(
            HttpMethod.Post, new Uri(stage.Emulator.BaseUrl, "/_emulator/invocations"), order);
        return System.Text.Json.Nodes.JsonNode.Parse(body)!["fit"]!.GetValue<string>();
    }

    private static async Task<IPEndPoint> AddressAsync(OperatorProcess started)
    {
        var line = await started.Process.WaitForLineAsync(static line => Serving().IsMatch(line));
        return IPEndPoint.Parse(Serving().Match(line).Groups["at"].Value);
    }

    private static void Print(string what, OperatorProcess process) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{what}: {ProcessFigures.ResidentMebibytes(process):F1} MiB"));

    [GeneratedRegex("Taking tokens from Forge on (?<at>[0-9.]+:[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Serving();

    /// <summary>Calls one after the other at a fixed rate, or holds connections open that never end a call.</summary>
    private sealed class Attack
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task<long>[] _attackers;
        private long _calls;

        public Attack(IPEndPoint target, Func<long, string> call)
        {
            var isSlow = !call(0).Contains("\r\n\r\n", StringComparison.Ordinal);
            var attackers = isSlow ? SlowCallers : 16;
            var pause = isSlow ? TimeSpan.Zero : TimeSpan.FromSeconds((double)attackers / CallsPerSecond);
            _attackers = [.. Enumerable.Range(0, attackers).Select(_ => RepeatAsync(target, call, pause))];
        }

        public async Task<long> StopAsync()
        {
            _stop.Cancel();
            return (await Task.WhenAll(_attackers)).Sum();
        }

        // Counts answers that came; each ends its connection.
        private async Task<long> RepeatAsync(IPEndPoint target, Func<long, string> call, TimeSpan pause)
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
                    await client.GetStream().WriteAsync(
                        Encoding.ASCII.GetBytes(call(Interlocked.Increment(ref _calls))), _stop.Token);
                    var read = await client.GetStream().ReadAsync(buffer, _stop.Token);
                    answers += read > 0 ? 1 : 0;
                    var left = pause - Stopwatch.GetElapsedTime(began);
                    await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, _stop.Token);
                }
                catch (Exception exception)
                    when (exception is IOException or SocketException or OperationCanceledException)
                {
                    // Cut off, as it should be, or the attack is over.
                }
            }

            return answers;
        }
    }
}
