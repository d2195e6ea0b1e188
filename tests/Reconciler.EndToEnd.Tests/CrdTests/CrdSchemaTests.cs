using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.CrdTests;

/// <summary>The schemas of crds/, judged by the API server. A new case is a new file in cases/.</summary>
public sealed class CrdSchemaTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    public static TheoryData<string> Refused => [.. CrdCase.Names("refused")];

    public static TheoryData<string> Accepted => [.. CrdCase.Names("accepted")];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_bad_object_is_refused_with_a_message_that_tells_the_fix(string name)
    {
        var (documents, fragments) = CrdCase.Read("refused", name);
        var kubectl = await cluster.NewNamespaceAsync();
        foreach (var document in documents.SkipLast(1))
        {
            await kubectl.ApplyAsync(document);
        }

        var result = await kubectl.TryAsync(["apply", "-f", "-"], documents[^1]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.NotEmpty(fragments);
        Assert.All(fragments, fragment => Assert.Contains(fragment, result.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("rule evaluation error", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task A_good_object_is_accepted_and_its_second_apply_changes_nothing(string name)
    {
        var kubectl = await cluster.NewNamespaceAsync();
        foreach (var document in CrdCase.Read("accepted", name).Documents)
        {
            await kubectl.ApplyAsync(document);
            var second = await kubectl.TryAsync(["apply", "-f", "-"], document);
            Assert.EndsWith("unchanged", second.Required().Output.Trim(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_installation_gets_the_documented_defaults()
    {
        var kubectl = await cluster.NewNamespaceAsync();
        await kubectl.ApplyAsync(CrdCase.Read("accepted", "installation-minimal").Documents[0]);

        var spec = (await kubectl.GetAsync("dminst/acme"))["spec"]!;

        var expected = JsonNode.Parse("""
            {
              "api": "ForgeV2", "mode": "Manage", "ownership": "Shared", "adoption": "Never", "drift": "Correct",
              "applyPolicy": "Automatic", "interval": "5m", "quota": 100, "maxDeletes": { "count": 10, "percent": 30 },
              "requestsPerSecond": 10, "suspend": false, "credentials": { "secretRef": { "name": "token" } }
            }
            """);
        Assert.True(JsonNode.DeepEquals(expected, spec), spec.ToJsonString());
    }

    [Fact]
    public async Task A_module_gets_the_documented_defaults()
    {
        var kubectl = await cluster.NewNamespaceAsync();
        await kubectl.ApplyAsync(CrdCase.Read("accepted", "module-empty-data").Documents[0]);

        var spec = (await kubectl.GetAsync("dm/module"))["spec"]!;

        // onMissing has none here: it depends on the type.
        var expected = JsonNode.Parse("""
            {
              "installationRef": { "name": "acme" }, "type": "trigger", "data": {}, "deletionPolicy": "Delete",
              "allowDuplicate": false, "suspend": false
            }
            """);
        Assert.True(JsonNode.DeepEquals(expected, spec), spec.ToJsonString());
    }

    [Fact]
    public async Task Every_part_of_data_survives_the_schema()
    {
        var kubectl = await cluster.NewNamespaceAsync();
        var data = """{"a":{"b":[{"c":null},1.5,"x",true]},"deep":{"deeper":{"deepest":[]}}}""";
        var manifest = $$"""
            apiVersion: reconciler.io/v1alpha1
            kind: DynamicModule
            metadata: { name: any }
            spec: { installationRef: { name: acme }, type: trigger, data: {{data}} }
            """;
        // Client-side apply drops nulls before it sends; the server keeps them.
        (await kubectl.TryAsync(["apply", "--server-side", "-f", "-"], manifest)).Required();

        var stored = (await kubectl.GetAsync("dm/any"))["spec"]!["data"]!;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(data), stored), stored.ToJsonString());
    }

    [Fact]
    public async Task A_ledger_keeps_what_a_newer_operator_wrote()
    {
        var kubectl = await cluster.NewNamespaceAsync();
        await kubectl.ApplyAsync("""
            apiVersion: reconciler.io/v1alpha1
            kind: ModuleLedger
            metadata: { name: acme }
            spec: { formatVersion: 2, installationId: team-a/acme, epoch: 1, seq: 1 }
            """);
        var addition = """
            {
              "new": 1,
              "entries": { "u": { "owner": { "namespace": "a", "name": "b" }, "phase": "Bound", "new": [2] } },
              "orphans": [{ "reason": "r", "new": 3 }]
            }
            """;
        await kubectl.PatchAsync("dmledger/acme", $$"""{"spec":{{addition}}}""");

        var spec = (await kubectl.GetAsync("dmledger/acme"))["spec"]!;

        Assert.Equal(1, spec["new"]!.GetValue<int>());
        Assert.Equal(2, spec["entries"]!["u"]!["new"]![0]!.GetValue<int>());
        Assert.Equal(3, spec["orphans"]![0]!["new"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("dm/module", "module-empty-data")]
    [InlineData("dminst/acme", "installation-minimal")]
    public async Task A_status_is_written_through_its_subresource_only(string target, string name)
    {
        var kubectl = await cluster.NewNamespaceAsync();
        await kubectl.ApplyAsync(CrdCase.Read("accepted", name).Documents[0]);

        await kubectl.PatchAsync(target, """{"status":{"observedGeneration":1}}""");
        Assert.Null((await kubectl.GetAsync(target))["status"]);

        await PatchStatusAsync(kubectl, target, required: true);
        Assert.Equal(7, (await kubectl.GetAsync(target))["status"]!["observedGeneration"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_ledger_has_no_status_since_backups_drop_it()
    {
        var kubectl = await cluster.NewNamespaceAsync();
        await kubectl.ApplyAsync(CrdCase.Read("accepted", "ledger-full").Documents[0]);

        var refused = await PatchStatusAsync(kubectl, "dmledger/acme", required: false);
        Assert.Contains("(NotFound)", refused.Error, StringComparison.Ordinal);

        await kubectl.PatchAsync("dmledger/acme", """{"status":{"observedGeneration":1}}""");
        Assert.Null((await kubectl.GetAsync("dmledger/acme"))["status"]);
    }

    [Fact]
    public async Task A_listing_shows_the_documented_columns()
    {
        var kubectl = await cluster.NewNamespaceAsync();
        await kubectl.ApplyFilesAsync(RepositoryLayout.Samples);
        await kubectl.ApplyAsync(CrdCase.Read("accepted", "ledger-full").Documents[0]);

        Assert.Equal(
            ["NAME", "TYPE", "INSTALLATION", "KEY", "READY", "REASON", "AGE"],
            Words(await kubectl.RunAsync("get", "dm")));
        Assert.Equal(
            ["NAME", "TYPE", "INSTALLATION", "KEY", "READY", "REASON", "AGE", "MESSAGE"],
            Words(await kubectl.RunAsync("get", "dm", "-o", "wide")));
        Assert.Equal(
            ["NAME", "API", "MODULES", "DESIRED", "QUOTA", "USED", "READY", "REASON", "LASTSYNC", "AGE"],
            Words(await kubectl.RunAsync("get", "dminst")));
        Assert.Equal("MESSAGE", Words(await kubectl.RunAsync("get", "dminst", "-o", "wide"))[^1]);
        Assert.Equal(
            ["NAME", "INSTALLATION", "API", "EPOCH", "SEQ", "AGE"], Words(await kubectl.RunAsync("get", "dmledger")));
        Assert.Equal(
            ["NAME", "INSTALLATION", "API", "EPOCH", "SEQ", "AGE", "WRITER"],
            Words(await kubectl.RunAsync("get", "dmledger", "-o", "wide")));
    }

    [Fact]
    public async Task The_category_lists_all_kinds_and_a_field_selector_finds_the_modules_of_an_installation()
    {
        var kubectl = await cluster.NewNamespaceAsync();
        await kubectl.ApplyFilesAsync(RepositoryLayout.Samples);
        await kubectl.ApplyAsync(CrdCase.Read("accepted", "ledger-full").Documents[0]);

        var all = await kubectl.RunAsync("get", "reconciler", "-o", "name");
        Assert.Contains("installation.reconciler.io/acme", all, StringComparison.Ordinal);
        Assert.Contains("dynamicmodule.reconciler.io/order-macro", all, StringComparison.Ordinal);
        Assert.Contains("moduleledger.reconciler.io/acme", all, StringComparison.Ordinal);
        Assert.Empty(await kubectl.ListAsync("dm", "--field-selector=spec.installationRef.name=other"));
        Assert.Single(await kubectl.ListAsync("dm", "--field-selector=spec.installationRef.name=acme,spec.type=macro"));
    }

    [Fact]
    public async Task Every_field_of_every_kind_is_explained()
    {
        // The cluster is shared with the chart's tests, which bring kinds of others.
        var crds = (await cluster.ControlPlane.Kubectl.ListAsync("crd"))
            .Where(static crd => crd["spec"]!["group"]!.GetValue<string>() == "reconciler.io").ToList();
        Assert.Equal(3, crds.Count);
        foreach (var crd in crds)
        {
            var schema = crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;
            var silent = Undescribed(schema["properties"]!["spec"]!, "spec")
                .Concat(schema["properties"]!["status"] is { } status ? Undescribed(status, "status") : []);
            Assert.Empty(silent);
        }
    }

    private static async Task<CommandResult> PatchStatusAsync(Kubectl kubectl, string target, bool required)
    {
        var result = await kubectl.TryAsync(
        [
            "patch", target, "--subresource=status", "--type=merge", "-p", """{"status":{"observedGeneration":7}}""",
        ]);
        return required ? result.Required() : result;
    }

    private static IEnumerable<string> Undescribed(JsonNode schema, string path)
    {
        var own = schema["description"] is null ? [path] : Enumerable.Empty<string>();
        var members = schema["properties"]?.AsObject().SelectMany(p => Undescribed(p.Value!, $"{path}.{p.Key}")) ?? [];
        var items = schema["items"] is { } item ? Undescribed(item, path + "[]") : [];
        var values = schema["additionalProperties"] is { } value ? Undescribed(value, path + "{}") : [];
        return own.Concat(members).Concat(items).Concat(values);
    }

    private static string[] Words(string listing) =>
        listing.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
