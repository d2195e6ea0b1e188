using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Reconciler.Bench;

/// <summary>(b) 100 modules in one apply, 20 ms of remote latency: from the end of the apply to the last
/// Ready.</summary>
internal static class HundredBenchmark
{
    private const int Count = 100;
    private const int Runs = 3;

    public static async Task RunAsync(Stage stage)
    {
        await stage.Emulator.Client.ConfigureAsync("""{"latencyMs":20}""");
        await using var started = await stage.StartReadyOperatorAsync();
        var figures = new Figures("100 modules to Ready at 20 ms remote latency", "ms");
        for (var run = 0; run < Runs; run++)
        {
            var tenant = stage.Emulator.Client with { Installation = $"ari:cloud:ecosystem::installation/run-{run}" };
            await tenant.AddTokenAsync($"token-{run}");
            await stage.ApplyInstallationAsync($"run-{run}", $"token-{run}");
            await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", $"dminst/run-{run}");
            await stage.Cluster.Kubectl.ApplyAsync(Manifests($"run-{run}"));
            var began = Stopwatch.GetTimestamp();
            await AwaitReadyAsync(stage, $"run-{run}-");
            figures.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        figures.Print();
    }

    // `kubectl wait` asks for one object after the other and would be measured with it.
    private static Task AwaitReadyAsync(Stage stage, string prefix)
    {
        var ready = new HashSet<string>(StringComparer.Ordinal);
        return stage.Cluster.Kubectl.In("bench").WatchUntilAsync("dm", module =>
        {
            var name = module["metadata"]!["name"]!.GetValue<string>();
            return name.StartsWith(prefix, StringComparison.Ordinal) && IsReady(module) && ready.Add(name)
                && ready.Count == Count;
        });
    }

    private static bool IsReady(JsonNode module) => (module["status"]?["conditions"] as JsonArray ?? []).Any(
        static condition => condition!["type"]!.GetValue<string>() == "Ready"
            && condition["status"]!.GetValue<string>() == "True");

    private static string Manifests(string installation)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Count; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $$"""
                ---
                apiVersion: reconciler.io/v1alpha1
                kind: DynamicModule
                metadata: { name: {{installation}}-{{i}}, namespace: bench }
                spec:
                  installationRef: { name: {{installation}} }
                  type: trigger
                  data: { events: ["avi:jira:updated:issue"], endpoint: "e-{{i}}" }

                """);
        }

        return text.ToString();
    }
}
