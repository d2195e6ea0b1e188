using System.Globalization;
using Reconciler.TestKit.Processes;

namespace Reconciler.Bench;

/// <summary>Installations with modules each, all in one namespace, registered by a running operator.</summary>
/// <param name="Padding">Characters that each module's data carries besides its own 100 or so.</param>
internal sealed record Population(
    Stage Stage, int Installations, int ModulesEach, int Padding = 0, string Interval = "1h")
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Applies everything and returns when every module is Ready.</summary>
    public async Task CreateAsync()
    {
        // Always the same, and hardly compressible: repeated characters would weigh nothing where data is packed.
        var random = new Random(1);
        for (var i = 0; i < Installations; i++)
        {
            await Remote(i).AddTokenAsync($"token-{i}");
            await Stage.ApplyInstallationAsync($"tenant-{i}", $"token-{i}", Interval);
            await Task.WhenAll(Enumerable.Range(0, ModulesEach).Select(m => Stage.Api.CreateModuleAsync(
                $"tenant-{i}", $"t{i}-m{m}",
                $$"""{"events":["avi:jira:updated:issue"],"endpoint":"e-{{m}}","filter":"""
                + $$"""{"expression":"{{random.GetString(Letters, Padding)}}"} }""")));
        }

        await AwaitReadyAsync();
    }

    public EmulatorClient Remote(int installation) => Stage.Emulator.Client with
    {
        Installation = string.Create(CultureInfo.InvariantCulture, $"ari:cloud:ecosystem::installation/{installation}"),
    };

    /// <summary>Waits until every Installation says that all its modules are bound: asking for thousands of modules
    /// again and again would keep the API server busy with the question.</summary>
    public async Task AwaitReadyAsync()
    {
        var kubectl = Stage.Cluster.Kubectl.In("bench");
        var all = ModulesEach.ToString(CultureInfo.InvariantCulture);
        while (true)
        {
            var bound = await kubectl.RunAsync(
                "get", "dminst", "--no-headers", "-o", "custom-columns=B:.status.modules.bound");
            if (bound.Split('\n').Count(line => line.Trim() == all) == Installations)
            {
                return;
            }

            await Task.Delay(Look);
        }
    }
}
