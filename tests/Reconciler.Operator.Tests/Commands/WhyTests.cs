using System.Text.Json;
using Reconciler.Emulator.Faults;
using Reconciler.Operator.Tests.Control;

namespace Reconciler.Operator.Tests.Commands;

/// <summary><c>reconciler why</c> over the file ledger and over a cluster.</summary>
public sealed class WhyTests
{
    [Fact]
    public async Task A_registered_module_tells_its_rule_its_inputs_and_its_key()
    {
        await using var fixture = await CommandFixture.StartAsync();
        fixture.Write("one.yaml", CommandFixture.ModuleYaml("one"));
        await fixture.ApplyAsync();
        var key = Assert.Single(fixture.Server.Modules()).Key;

        var result = await fixture.RunAsync(["why", "dm/one", "--state", fixture.State]);

        Assert.Equal(0, result.Code);
        Assert.StartsWith(
            "DynamicModule default/one (Installation default/acme)\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("phase: Bound", result.Output, StringComparison.Ordinal);
        Assert.Contains($"T4a registered as {key}", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "rule T4a: when the remote answered 201 with a key: bind it", result.Output, StringComparison.Ordinal);
        Assert.Contains($"key={key} number=1", result.Output, StringComparison.Ordinal);
        Assert.Contains("T3 attempt 1 announced", result.Output, StringComparison.Ordinal);
        Assert.Contains("next wake-up: at the next run of reconciler apply", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_answer_shows_the_open_attempt_and_how_long_it_is_looked_for()
    {
        await using var fixture = await CommandFixture.StartAsync();
        fixture.Write("one.yaml", CommandFixture.ModuleYaml("one"));
        fixture.Server.AddFault(new FaultRule { Kind = FaultKind.DropBeforeCommit, Verb = "POST" });
        await fixture.ApplyAsync("--timeout", "1s");

        var result = await fixture.RunAsync(["why", "dm/one", "--state", fixture.State, "-o", "json"]);

        using var answer = JsonDocument.Parse(result.Output);
        var root = answer.RootElement;
        Assert.Equal("Intent", root.GetProperty("standing").GetProperty("phase").GetString());
        Assert.Equal("0 keys existed before", root.GetProperty("standing").GetProperty("baseline").GetString());
        Assert.Contains("after 120 s", root.GetProperty("nextWakeUp").GetString(), StringComparison.Ordinal);
        Assert.Equal("T3", root.GetProperty("decisions")[0].GetProperty("rule").GetString());
        Assert.Equal("macro", root.GetProperty("decisions")[0].GetProperty("inputs").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Why_reads_only_and_twice_says_the_same()
    {
        await using var fixture = await CommandFixture.StartAsync();
        fixture.Write("one.yaml", CommandFixture.ModuleYaml("one"));
        await fixture.ApplyAsync();
        var requests = fixture.Server.Requests().Count;

        var first = await fixture.RunAsync(["why", "dminst/acme", "--state", fixture.State]);
        var second = await fixture.RunAsync(["why", "dminst/acme", "--state", fixture.State]);

        Assert.Equal(first, second);
        Assert.Contains("default/one: registered as", first.Output, StringComparison.Ordinal);
        Assert.Contains("bound: 1", first.Output, StringComparison.Ordinal);
        Assert.Equal(requests, fixture.Server.Requests().Count);
    }

    [Theory]
    [InlineData("one", "'one' is not KIND/NAME")]
    [InlineData("pod/one", "'pod' is no kind that why knows")]
    [InlineData("dm/none", "no ledger mentions DynamicModule default/none")]
    public async Task What_cannot_be_found_is_one_line(string subject, string message)
    {
        await using var fixture = await CommandFixture.StartAsync();

        var result = await fixture.RunAsync(["why", subject, "--state", fixture.State]);

        Assert.Contains(message, result.SingleError(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_cluster_the_status_the_journal_and_the_next_wake_up_are_told()
    {
        await using var world = await OperatorWorld.StartAsync();
        await using var fixture = await CommandFixture.StartAsync();
        await world.ApplyReadyAsync("one");
        var kubeconfig = fixture.Write("../kubeconfig", Kubeconfig(world.Api.Address));

        var result = await fixture.RunAsync(["why", "dm/one", "--kubeconfig", kubeconfig]);

        Assert.Equal("", result.Error);
        Assert.Contains("DynamicModule team-a/one (Installation team-a/acme)", result.Output, StringComparison.Ordinal);
        Assert.Contains("Ready=True Synced", result.Output, StringComparison.Ordinal);
        Assert.Contains("rule T4a", result.Output, StringComparison.Ordinal);
        Assert.Contains("at the resync, every 00:05:00 ± 10 %", result.Output, StringComparison.Ordinal);
        Assert.Contains("read from: ModuleLedger team-a/acme, sequence", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_cluster_an_unknown_name_is_one_line()
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        await using var fixture = await CommandFixture.StartAsync();
        var kubeconfig = fixture.Write("../kubeconfig", Kubeconfig(world.Api.Address));

        var result = await fixture.RunAsync(["why", "dm/none", "-n", "team-b", "--kubeconfig", kubeconfig]);

        Assert.Contains("DynamicModule team-b/none does not exist", result.SingleError(), StringComparison.Ordinal);
    }

    internal static string Kubeconfig(Uri server) => $$"""
        apiVersion: v1
        kind: Config
        current-context: test
        clusters: [{ name: test, cluster: { server: "{{server}}" } }]
        users: [{ name: test, user: {} }]
        contexts: [{ name: test, context: { cluster: test, user: test, namespace: team-a } }]
        """;
}
