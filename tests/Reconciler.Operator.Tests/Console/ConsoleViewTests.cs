using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;
using Reconciler.Operator.Console;
using Reconciler.Operator.Control;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Tests.Console;

/// <summary>What the page is made of: pure functions of resources, a ledger and the last passes.</summary>
public sealed class ConsoleViewTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly InstallationKey Acme = new("team-a", "acme");

    [Fact]
    public void Equal_scenes_give_equal_lines_and_a_new_version_gives_another_revision()
    {
        var scene = Scene([Module("one", "1")]);

        Assert.Equal(Json(OverviewBuilder.Line(scene)), Json(OverviewBuilder.Line(Scene([Module("one", "1")]))));
        Assert.NotEqual(
            OverviewBuilder.Line(scene).Revision, OverviewBuilder.Line(Scene([Module("one", "2")])).Revision);
        Assert.NotEqual(
            OverviewBuilder.Line(scene).Revision, OverviewBuilder.Line(scene with { LedgerVersion = "8" }).Revision);
    }

    [Fact]
    public void A_user_in_an_address_is_not_shown()
    {
        var line = OverviewBuilder.Line(
            Scene([], "http://user:canary@remote.example.com:81/api/v2?token=canary#canary"));

        Assert.Equal("http://remote.example.com:81/api/v2", line.Address);
    }

    [Fact]
    public void Every_state_of_a_condition_is_one_word()
    {
        Assert.Equal(States.Unknown, StateOf("{}"));
        Assert.Equal(States.Ready, StateOf(Conditions("Ready", "True")));
        Assert.Equal(States.Working, StateOf(Conditions("Ready", "False", "Reconciling", "True")));
        Assert.Equal(States.Stalled, StateOf(Conditions("Ready", "False", "Stalled", "True")));
        Assert.Equal(States.Suspended, StateOf("{}", "\"suspend\": true"));
        Assert.Equal(States.Missing, States.Of(null));
    }

    [Fact]
    public void Drift_that_was_put_right_is_no_drift_any_more()
    {
        var (module, resource) = (Desired("one"), Module("one", "1"));
        var observed = new ObservedModule("key-1", ModuleContent.Parse("trigger", """{"endpoint":"other"}"""));
        var update = new PlannedAction.Update(module, "key-1", observed.Content, "T8", Reasons.DriftDetected);
        var seen = Result(new([update], [], [], "")) with { Drifted = [new(module, observed)] };

        var open = Scene([resource], note: seen);
        var mended = Scene([resource], note: seen with { Executed = [new(update, "key-1", null)] });

        Assert.Equal(1, OverviewBuilder.Line(open).Drifted);
        Assert.Equal(0, OverviewBuilder.Line(mended).Drifted);
    }

    [Fact]
    public void Each_action_is_shown_with_its_outcome_and_its_diff()
    {
        var (one, two, three) = (Desired("one"), Desired("two"), Desired("three"));
        var create = new PlannedAction.Create(one, null, "T3", Reasons.Registering);
        var update = new PlannedAction.Update(
            two, "key-2", ModuleContent.Parse("trigger", """{"endpoint":"other"}"""), "T8", Reasons.Updating);
        var held = new HeldAction(
            new PlannedAction.Delete(three.Owner, "key-3", "T10", Reasons.Deleting), Reasons.BreakerOpen, "Too many.");
        var result = Result(new([create, update], [], [held], "sha256:abc")) with
        {
            Executed =
            [
                new(create, "key-1", null),
                new(update, "key-2", new RemoteFault.Malformed("It said no.", 400)),
            ],
        };

        var card = PassCards.Of(new PassNote(1, Noon, result))!;

        Assert.Equal(["done", "refused", "withheld"], card.Actions.Select(action => action.Outcome));
        Assert.Equal(["+", "~", "-"], card.Actions.Select(action => action.Sign));
        Assert.Equal("key-1", card.Actions[0].Key);
        Assert.All(card.Actions[0].Diff, line => Assert.StartsWith("+ ", line, StringComparison.Ordinal));
        Assert.Equal(
            ["  {", "-   \"endpoint\": \"other\"", "+   \"endpoint\": \"two\"", "  }"], card.Actions[1].Diff.ToArray());
        Assert.Equal("It said no.", card.Actions[1].Problem);
        Assert.Equal("BreakerOpen: Too many.", card.Actions[2].Problem);
        Assert.Equal("sha256:abc", card.Hash);
    }

    [Fact]
    public void A_thousand_actions_are_bounded_and_counted()
    {
        var actions = Enumerable.Range(0, 1000)
            .Select(i => (PlannedAction)new PlannedAction.Create(Desired($"m{i}"), null, "T3", Reasons.Registering));

        var card = PassCards.Of(new PassNote(1, Noon, Result(new([.. actions], [], [], ""))))!;

        Assert.Equal(100, card.Actions.Length);
        Assert.Equal(900, card.ActionsLeftOut);
    }

    [Fact]
    public void A_page_has_ledger_intents_and_the_answer_of_why()
    {
        var owner = Desired("one").Owner;
        var ledger = new Ledger(Acme, RemoteApi.ForgeV2) { ClusterId = "cluster", Writer = "operator-1", Epoch = 3 }
            .OpenAll(owner);
        var page = PageBuilder.Installation(Scene([Module("one", "1")]) with { Ledger = ledger }, null);
        var module = PageBuilder.Module(Scene([Module("one", "1")]) with { Ledger = ledger }, Module("one", "1"));

        var intent = Assert.Single(page.Ledger!.Intents);
        Assert.Equal(("team-a/one", "attempt-1", 2), (intent.Owner, intent.Attempt, intent.Baseline));
        Assert.Equal("Intent", Assert.Single(page.Ledger.Entries).Phase);
        Assert.Contains(page.Why.Standing, pair => pair is { Name: "openCreates", Value: "1" });
        Assert.Contains(module.Why.Standing, pair => pair is { Name: "attempt", Value: "attempt-1" });
        Assert.Equal(["  {", "    \"endpoint\": \"one\"", "  }"], module.Data.ToArray());
    }

    [Fact]
    public void Spec_that_cannot_be_used_is_shown_with_its_reason()
    {
        var broken = Resource<DynamicModuleResource>(
            """{"metadata":{"name":"x","namespace":"team-a","uid":"x"},"spec":{"type":"trigger","data":[1]}}""",
            ResourceJson.DynamicModule);

        var page = PageBuilder.Module(Scene([broken]), broken);

        Assert.Empty(page.Data);
        Assert.NotNull(page.Advice);
    }

    private static InstallationScene Scene(
        ImmutableArray<DynamicModuleResource> modules, string address = "http://127.0.0.1:1/", PassResult? note = null)
    {
        var installation = Installation("{}", $"\"baseUrl\": \"{address}\"");
        var last = note is null ? null : new PassNote(7, Noon, note);
        return new(Acme, installation, modules, new PassRecord(last, last), "7");
    }

    private static PassResult Result(Plan plan) => new(
        new PassOutcome.Settled(), plan.Verdicts, plan, null,
        new InstallationVerdict(Progress.Ready, Reasons.Synced, "In sync."), new ModuleCounts(1, 1, 1, 0, 0, 0));

    private static DesiredModule Desired(string name) => new(
        new ModuleOwner(name, "team-a", name), ModuleContent.Parse("trigger", $$"""{"endpoint": "{{name}}" }"""));

    private static DynamicModuleResource Module(string name, string version) => Resource<DynamicModuleResource>(
        $$"""
        {"metadata": {"name": "{{name}}", "namespace": "team-a", "uid": "{{name}}", "resourceVersion": "{{version}}"},
         "spec": {"installationRef": {"name": "acme"}, "type": "trigger", "data": {"endpoint": "{{name}}"} } }
        """, ResourceJson.DynamicModule);

    private static InstallationResource Installation(string status, string spec) => Resource<InstallationResource>(
        $$"""
        {"metadata":{"name":"acme","namespace":"team-a","uid":"acme","resourceVersion":"1"},
         "spec":{ {{spec}} },"status":{{status}}}
        """, ResourceJson.Installation);

    private static T Resource<T>(string json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> shape) =>
        JsonSerializer.Deserialize(Encoding.UTF8.GetBytes(json), shape)!;

    private static string StateOf(string status, string spec = "\"api\": \"ForgeV2\"") =>
        States.Of(Installation(status, spec));

    private static string Conditions(params string[] pairs) => "{\"conditions\":["
        + string.Join(',', pairs.Chunk(2).Select(pair => $$"""{"type": "{{pair[0]}}", "status": "{{pair[1]}}" }"""))
        + "]}";

    private static string Json(InstallationLine line) =>
        JsonSerializer.Serialize(line, ConsoleJson.Default.InstallationLine);
}
