using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>What Argo CD and Flux are told about our kinds, run by their own engines.</summary>
public sealed class GitOpsTests
{
    private const string Ready = """{"type":"Ready","status":"True","reason":"Synced","message":"as it should be"}""";
    private const string Waiting =
        """{"type":"Ready","status":"False","reason":"RateLimited","message":"until noon"}"""
        + """,{"type":"Reconciling","status":"True"}""";

    private const string Stalled = """
        {"type":"Ready","status":"False","reason":"InvalidData","message":"x"},
        {"type":"Stalled","status":"True","reason":"InvalidData","message":"endpoint is missing"}
        """;

    private const string Suspended =
        """{"type":"Ready","status":"False","reason":"Suspended","message":"its Installation is"}""";

    private static readonly string Argo = Path.Combine(RepositoryLayout.Root, "deploy", "argocd");

    [Theory]
    [InlineData(2, 2, Ready, "Healthy", "Synced: as it should be")]
    [InlineData(3, 2, Ready, "Progressing", "waiting for the operator to see the last edit")]
    [InlineData(2, 2, Waiting, "Progressing", "RateLimited: until noon")]
    [InlineData(2, 2, Stalled, "Degraded", "InvalidData: endpoint is missing")]
    [InlineData(2, 2, Suspended, "Suspended", "Suspended: its Installation is")]
    public async Task Argo_CD_sees_the_health_of_both_kinds(
        int generation, int observed, string conditions, string status, string message)
    {
        foreach (var kind in (string[])["dynamicmodule", "installation"])
        {
            var health = await LuaAsync($"{kind}/health.lua", Resource(generation, observed, conditions));
            Assert.Equal((status, message), (Text(health, "status"), Text(health, "message")));
        }
    }

    [Theory]
    [InlineData("""{"metadata":{"generation":1},"spec":{}}""", "Progressing")]
    [InlineData("""{"metadata":{"generation":1},"spec":{"suspend":true}}""", "Suspended")]
    [InlineData("""{"metadata":{"generation":1,"deletionTimestamp":"2026-01-01T00:00:00Z"},"spec":{}}""",
        "Progressing")]
    public async Task Argo_CD_waits_for_what_the_operator_has_not_seen(string resource, string status) =>
        Assert.Equal(status, Text(await LuaAsync("dynamicmodule/health.lua", resource), "status"));

    [Theory]
    [InlineData("""{"spec":{}}""", "Healthy")]
    [InlineData("""{"spec":{"entries":{"a":{"phase":"Bound"}}}}""", "Healthy")]
    [InlineData("""{"spec":{"entries":{"a":{"phase":"Bound"},"b":{"phase":"Intent"}}}}""", "Progressing")]
    public async Task Argo_CD_sees_a_create_whose_outcome_is_open(string ledger, string status) =>
        Assert.Equal(status, Text(await LuaAsync("moduleledger/health.lua", ledger), "status"));

    [Fact]
    public async Task Argo_CD_offers_the_actions_that_make_sense_now()
    {
        var manual = """{"metadata":{},"spec":{"applyPolicy":"Manual"},"status":{"plan":{"hash":"abc"}}}""";
        var offered = await LuaAsync("installation/actions/discovery.lua", manual);
        Assert.Equal(
            (false, false, true), (Off(offered, "approve-plan"), Off(offered, "suspend"), Off(offered, "resume")));
        var suspended = await LuaAsync("installation/actions/discovery.lua", """{"spec":{"suspend":true}}""");
        Assert.Equal(
            (true, true, false),
            (Off(suspended, "approve-plan"), Off(suspended, "reconcile"), Off(suspended, "resume")));
        Assert.Equal((false, true), (
            Off(await LuaAsync("installation/actions/discovery.lua", Automatic("BreakerOpen")), "approve-plan"),
            Off(await LuaAsync("installation/actions/discovery.lua", Automatic("Progressing")), "approve-plan")));
        var module = await LuaAsync("dynamicmodule/actions/discovery.lua", """{"spec":{"suspend":true}}""");
        Assert.Equal((true, false), (Off(module, "suspend"), Off(module, "resume")));

        static string Automatic(string reason) => $$"""
            {"spec":{},"status":{"plan":{"hash":"abc"},"conditions":[{"type":"Ready","reason":"{{reason}}"}] } }
            """;

        static bool Off(JsonNode actions, string name) => actions[name]!["disabled"]!.GetValue<bool>();
    }

    [Fact]
    public async Task Argo_CDs_actions_write_what_the_documents_say()
    {
        var manual = """{"metadata":{},"spec":{"applyPolicy":"Manual"},"status":{"plan":{"hash":"abc"}}}""";
        var approved = await LuaAsync("installation/actions/approve-plan.lua", manual);
        Assert.Equal("abc", approved["metadata"]!["annotations"]!["reconciler.io/approve-plan"]!.GetValue<string>());
        var asked = await LuaAsync("installation/actions/reconcile.lua", manual);
        Assert.NotEmpty(asked["metadata"]!["annotations"]!["reconciler.io/requestedAt"]!.GetValue<string>());
        foreach (var kind in (string[])["dynamicmodule", "installation"])
        {
            var suspended = await LuaAsync($"{kind}/actions/suspend.lua", """{"spec":{"type":"trigger"}}""");
            Assert.True(suspended["spec"]!["suspend"]!.GetValue<bool>());
            Assert.Equal("trigger", suspended["spec"]!["type"]!.GetValue<string>());
            var resumed = await LuaAsync($"{kind}/actions/resume.lua", suspended.ToJsonString());
            Assert.False(resumed["spec"]!["suspend"]!.GetValue<bool>());
        }
    }

    [Fact]
    public async Task A_plan_that_does_not_exist_cannot_be_approved()
    {
        var result = await Chart.RunToolAsync(
            ["lua", Path.Combine(Argo, "installation", "actions", "approve-plan.lua")],
            """{"metadata":{},"spec":{}}""");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("there is no plan to approve", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configuration_of_Argo_CD_holds_the_scripts_as_they_are() =>
        await GoldenFile.AssertEqualAsync(
            Path.Combine(Argo, "argocd-cm.yaml"), await ArgoConfiguration.ComposeAsync(Argo));

    [Theory]
    [InlineData("", true, false, false)]
    [InlineData(Ready, false, false, true)]
    [InlineData(Waiting, false, false, false)]
    [InlineData(Stalled, false, true, false)]
    public async Task Flux_waits_for_both_kinds(string conditions, bool inProgress, bool failed, bool current)
    {
        var text = await File.ReadAllTextAsync(
            Path.Combine(RepositoryLayout.Root, "deploy", "flux", "kustomization.yaml"));
        var checks = Assert.Single(await Chart.ParseAsync(text))["spec"]!["healthCheckExprs"]!.AsArray();
        Assert.Equal(["Installation", "DynamicModule"], checks.Select(check => Text(check!, "kind")));
        foreach (var check in checks)
        {
            var resource = Resource(2, 2, conditions);
            Assert.Equal(inProgress, await CelAsync(Text(check!, "inProgress"), resource));
            Assert.Equal(failed, await CelAsync(Text(check!, "failed"), resource));
            Assert.Equal(current, await CelAsync(Text(check!, "current"), resource));
        }
    }

    private static string Resource(int generation, int observed, string conditions) => $$"""
        {"apiVersion":"reconciler.io/v1alpha1","kind":"DynamicModule",
         "metadata":{"name":"one","generation":{{generation}}},"spec":{"type":"trigger"},
         "status":{"observedGeneration":{{observed}},"conditions":[{{conditions}}]} }
        """;

    private static async Task<JsonNode> LuaAsync(string script, string resource) =>
        JsonNode.Parse((await Chart.RunToolAsync(["lua", Path.Combine(Argo, script)], resource)).Required().Output)!;

    private static async Task<bool> CelAsync(string expression, string resource) =>
        bool.Parse((await Chart.RunToolAsync(["cel", expression], resource)).Required().Output);

    private static string Text(JsonNode node, string member) => node[member]!.GetValue<string>();
}
