using System.Globalization;
using System.Text.Json.Nodes;

namespace Reconciler.Bench;

/// <summary>
/// From the moment a Secret with a new token is sent to the API server to the arrival of the first request that carries
/// it, at idle and with an interval of a day, so that nothing but the Secret can have caused it. The old token stays
/// good: a request that still used it would be seen, and is counted. Both instants are wall clock of the same machine.
/// </summary>
internal static class RotationBenchmark
{
    private const int WarmUp = 5;
    private const int Runs = 100;

    public static async Task RunAsync(Stage stage)
    {
        await stage.ApplyInstallationAsync("acme", "emulator-token", "24h");
        await using var started = await stage.StartReadyOperatorAsync();
        await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", "dminst/acme");
        var figures = new Figures("Secret sent to first request with its token", "ms");
        var (used, stale) = (TokenOf((await stage.Emulator.Client.RequestsAsync())[^1]), 0);
        for (var run = 0; run < WarmUp + Runs; run++)
        {
            await stage.Emulator.Client.AddTokenAsync($"rotated-{run}");
            var since = await stage.Emulator.Client.LastSeqAsync();
            var sent = await stage.Api.RotateAsync("acme-token", $"rotated-{run}");
            await stage.Emulator.Client.WaitForRequestsAsync(1, "GET", since);
            var requests = await stage.Emulator.Client.RequestsAsync(since);
            stale += requests.Count(request => TokenOf(request) == used);
            var first = requests.First(request => TokenOf(request) != used);
            if (run >= WarmUp)
            {
                figures.Add((ArrivalOf(first) - sent).TotalMilliseconds);
            }

            used = TokenOf(first);
        }

        figures.Print();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"requests with the old token after it: {stale}"));
    }

    private static string TokenOf(JsonNode request) => request["tokenId"]!.GetValue<string>();

    private static DateTimeOffset ArrivalOf(JsonNode request) =>
        DateTimeOffset.Parse(request["receivedAt"]!.GetValue<string>(), CultureInfo.InvariantCulture);
}
