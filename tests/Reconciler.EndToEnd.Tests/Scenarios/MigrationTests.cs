using System.Security.Cryptography;
using System.Text;
using Reconciler.TestKit.Processes;
using Xunit.Abstractions;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>A Connect app with 60 modules moves to Forge v2 while the process that moves it is killed again and again.
/// </summary>
public sealed class MigrationTests(ITestOutputHelper output)
{
    private const int Modules = 60;
    private const int Kills = 20;

    private static readonly string[] Mapping =
    [
        "apiVersion: migrate.reconciler.io/v1",
        "kind: ModuleMapping",
        "rules:",
        "  - from: webItems",
        "    to: jira:issueAction",
        "    data: { title: \"${name.value}\", resource: main }",
        "    drop: [location]",
    ];

    [Fact]
    public async Task Sixty_Connect_modules_survive_twenty_kills_on_their_way_to_Forge()
    {
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var directory = RunDirectory.Create("migration");
        await using var emulator = await EmulatorProcess.StartAsync(directory);
        var connect = emulator.Client with { Installation = "emulator-jira", Store = "connectJira" };
        await WriteManifestsAsync(directory, connect);

        for (var kill = 0; kill < Kills; kill++)
        {
            var since = await emulator.Client.LastSeqAsync();
            await using var process = Start(directory, $"migrate-{kill}");
            var traffic = emulator.Client.WaitForTrafficAsync(random.Next(1, kill < Kills / 2 ? 16 : 28), since);
            await Task.WhenAny(traffic, process.WaitForExitAsync());
            await process.KillAsync();
            await AssertNothingLostAsync(emulator.Client, connect, seed);
        }

        await using var last = Start(directory, "migrate-last");
        Assert.True(
            await last.WaitForExitAsync(ProcessTimeouts.State) == 0,
            $"seed {seed}: {string.Join('\n', last.Lines)}");

        var titles = (await emulator.Client.ModulesAsync()).Select(m => m["data"]!["title"]!.GetValue<string>());
        Assert.Equal(Enumerable.Range(0, Modules).Select(Title), titles.Order(StringComparer.Ordinal));
        Assert.Empty(await connect.ModulesAsync());
        Assert.All(
            await connect.RequestsAsync(verb: "DELETE"),
            request => Assert.Contains("moduleKey=", request.ToJsonString(), StringComparison.Ordinal));

        var end = await emulator.Client.LastSeqAsync();
        await using var again = Start(directory, "migrate-again");
        Assert.Equal(0, await again.WaitForExitAsync(ProcessTimeouts.State));
        Assert.Empty(await emulator.Client.WritesAsync(end));
        Assert.Empty(await connect.WritesAsync(end));
    }

    /// <summary>At the moment of any kill each module is on one side at least,
    /// and on the new one once at most.</summary>
    private static async Task AssertNothingLostAsync(EmulatorClient forge, EmulatorClient connect, int seed)
    {
        // The old side first: what leaves it between the two reads is on the new one by then.
        var old = (await connect.ModulesAsync())
            .Select(m => m["data"]!["name"]!["value"]!.GetValue<string>()).ToArray();
        var moved = (await forge.ModulesAsync()).Select(m => m["data"]!["title"]!.GetValue<string>()).ToArray();
        Assert.True(moved.Distinct(StringComparer.Ordinal).Count() == moved.Length, $"seed {seed}: one is doubled");
        Assert.True(old.Union(moved, StringComparer.Ordinal).Count() == Modules, $"seed {seed}: one is lost");
    }

    private static async Task WriteManifestsAsync(string directory, EmulatorClient connect)
    {
        var origin = connect.BaseUrl.GetLeftPart(UriPartial.Authority);
        var manifests = new StringBuilder($$"""
            apiVersion: v1
            kind: Secret
            metadata: { name: old-secret }
            stringData: { appKey: com.example.reconciler, sharedSecret: emulator-shared-secret }
            ---
            apiVersion: reconciler.io/v1alpha1
            kind: Installation
            metadata: { name: old }
            spec:
              api: ConnectJira
              baseUrl: {{origin}}
              credentials: { secretRef: { name: old-secret } }
              requestsPerSecond: 1000
              suspend: true

            """);
        for (var i = 0; i < Modules; i++)
        {
            var data = $$$"""{"name":{"value":"{{{Title(i)}}}"},"location":"top"}""";
            var module = await connect.AddForeignAsync("webItems", data);
            manifests.Append($$"""
                ---
                apiVersion: reconciler.io/v1alpha1
                kind: DynamicModule
                metadata: { name: {{Title(i)}} }
                spec:
                  installationRef: { name: old }
                  type: webItems
                  key: {{module["key"]!.GetValue<string>()}}
                  data: {{data}}

                """);
        }

        await File.WriteAllTextAsync(Path.Combine(directory, "old.yaml"), manifests.ToString());
        await File.WriteAllLinesAsync(Path.Combine(directory, "mapping.yaml"), Mapping);
        await File.WriteAllTextAsync(Path.Combine(directory, "new.yaml"), $$"""
            apiVersion: reconciler.io/v1alpha1
            kind: Installation
            metadata: { name: new }
            spec:
              baseUrl: {{origin}}
              credentials: { secretRef: { name: none } }
              requestsPerSecond: 1000
            """);
    }

    private static ChildProcess Start(string directory, string name)
    {
        var (program, arguments) = TestPrograms.Reconciler(
            "migrate", "--yes", "--from", Path.Combine(directory, "old.yaml"),
            "--to", Path.Combine(directory, "new.yaml"), "--mapping", Path.Combine(directory, "mapping.yaml"),
            "--state", Path.Combine(directory, "state"), "--resolution-window", "1s");
        return ChildProcess.Start(
            name, directory, program, arguments,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["RECONCILER_TOKEN"] = EmulatorClient.DefaultToken,
            });
    }

    private static string Title(int number) => $"item-{number:d2}";
}
