using System.Text.Json.Nodes;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>What the operator writes and what it never says (product.md §3 and §4).</summary>
public sealed class OwnershipTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static readonly string[] Owned =
    [
        "f:metadata/f:finalizers", "f:metadata/f:annotations/f:reconciler.io/key", "f:status",
    ];

    [Fact]
    public async Task The_operator_owns_its_finalizer_its_status_and_its_own_annotations_and_nothing_else()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one", "two");
        await world.AwaitReadyAsync("one", "two");
        await world.Kubectl.ApplyAsync(Manifests.Trigger("one", endpoint: "another"));
        await world.Kubectl.WaitAsync("jsonpath={.status.observedGeneration}=2", "dm/one");
        await world.AwaitReadyAsync("one");

        foreach (var item in await world.Kubectl.ListAsync("dm,dminst", "--show-managed-fields"))
        {
            var ours = item["metadata"]!["managedFields"]!.AsArray()
                .Where(entry => !entry!["manager"]!.GetValue<string>().StartsWith("kubectl", StringComparison.Ordinal))
                .ToList();
            Assert.NotEmpty(ours);
            foreach (var field in ours.SelectMany(entry => Leaves(entry!["fieldsV1"]!.AsObject(), "")))
            {
                Assert.True(
                    Owned.Any(owned => field.StartsWith(owned, StringComparison.Ordinal)),
                    $"{item["kind"]} {item["metadata"]!["name"]}: the operator owns {field}");
            }
        }
    }

    [Fact]
    public async Task A_token_is_seen_by_the_remote_alone()
    {
        const string Canary = "canary-3f9a7c51d2e84b06";
        await using var world = await World.StartAsync(cluster);
        await world.Remote.AddTokenAsync(Canary);

        // A remote that repeats what it was sent, in a refusal and in an error that is tried again.
        await world.Remote.AddFaultAsync($$$"""
            [
              {"kind":"statusBeforeCommit","verb":"POST","status":422,"bodyPattern":"unwanted",
               "body":"{\"message\":\"refused Bearer {{{Canary}}}\"}"},
              {"kind":"statusBeforeCommit","verb":"GET","status":500,"count":2,
               "body":"{\"message\":\"failed for {{{Canary}}}\"}"}
            ]
            """);
        var running = world.StartOperator("--verbose");
        await world.ApplyInstallationAsync(token: Canary);
        await world.Kubectl.ApplyAsync(Manifests.Trigger("bad", endpoint: "unwanted"));
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");
        await world.AwaitReasonAsync("dm/bad", "InvalidData");
        await world.Kubectl.ApplyAsync(Manifests.Secret(Canary + "-rotated-and-wrong"));
        await world.AwaitReasonAsync("dminst/acme", "AuthorizationFailed");
        var metrics = await World.MetricsAsync(running);
        Assert.Equal(0, await running.StopAsync());

        Assert.DoesNotContain("canary", metrics.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(
            running.Process.Lines, line => line.Contains("canary", StringComparison.OrdinalIgnoreCase));
        var objects = await world.Kubectl.RunAsync(
            "get", "dm,dminst,dmledger,events.events.k8s.io", "-o", "yaml", "--show-managed-fields");
        Assert.Contains("kind: Event", objects, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", objects, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Modules_are_listed_in_columns_that_say_where_each_stands()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");
        await world.AwaitReasonAsync("dminst/acme", "Synced");
        var key = await world.KeyAsync("one");

        var lines = (await world.Kubectl.RunAsync("get", "dm")).Split('\n');
        Assert.Equal(["NAME", "TYPE", "INSTALLATION", "KEY", "READY", "REASON", "AGE"], Columns(lines[0]));
        Assert.Equal(["one", "trigger", "acme", key, "True", "Synced"], Columns(lines[1])[..6]);
        var wide = (await world.Kubectl.RunAsync("get", "dm", "-o", "wide")).Split('\n');
        Assert.Equal("MESSAGE", Columns(wide[0])[^1]);
        Assert.Contains("In sync", wide[1], StringComparison.Ordinal);
        var installation = await world.Kubectl.RunAsync("get", "dminst");
        Assert.Contains("Synced", installation, StringComparison.Ordinal);
    }

    private static string[] Columns(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // "." stands for a field itself and v:"…" for a member of a list; a leaf is an empty object.
    private static IEnumerable<string> Leaves(JsonObject fields, string path) => fields.SelectMany(field =>
        field.Value is JsonObject { Count: > 0 } inner
            ? Leaves(inner, Join(path, field.Key))
            : field.Key == "." && path is "f:metadata/f:annotations" ? [] : [Join(path, field.Key)]);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}/{name}";
}
