using System.Collections.Immutable;
using System.Text.Json;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;
using Reconciler.Operator.Rendering;

namespace Reconciler.Operator.Tests.Rendering;

public sealed class PlanViewTests
{
    private static readonly Installation Acme = new(new InstallationKey("default", "acme"));

    [Fact]
    public void A_text_plan_names_each_action_field_and_reason()
    {
        var text = Text(Sample());

        Assert.Equal("""
            Installation default/acme (ForgeV2, https://example.test/)
              - default/gone (k3): Deleting
              ~ macro default/changed (k2): Updating
                  ~ a.b: 1 → 2
                  + c: [1]
                  - d: "x"
              + trigger default/new
              ! trigger default/later: create withheld, ApprovalRequired: approve it
              … macro default/slow: RateLimited: wait
              ! macro default/taken: AdoptionRequired: an identical module exists
              To approve this plan: reconciler apply … --approve h1
            Plan: 1 to create, 1 to update, 1 to delete, 1 withheld, 1 refused, 1 waiting, 1 unchanged.

            """.ReplaceLineEndings("\n"), text);
    }

    [Fact]
    public void A_json_plan_says_the_same_in_fields()
    {
        var output = new StringWriter();
        new JsonPlanView(output).Show([Sample()]);

        using var json = JsonDocument.Parse(output.ToString());
        var installation = json.RootElement.GetProperty("installations")[0];
        var actions = installation.GetProperty("actions").EnumerateArray().ToList();
        Assert.Equal(
            ["delete", "update", "create", "create"],
            actions.Select(action => action.GetProperty("action").GetString()!));
        Assert.Equal(
            [false, false, false, true], actions.Select(action => action.GetProperty("withheld").GetBoolean()));
        var changes = actions[1].GetProperty("changes").EnumerateArray().ToList();
        Assert.Equal(["a.b", "c", "d"], changes.Select(change => change.GetProperty("path").GetString()!));
        Assert.Equal((1, 2), (changes[0].GetProperty("from").GetInt32(), changes[0].GetProperty("to").GetInt32()));
        Assert.False(changes[1].TryGetProperty("from", out _));
        Assert.False(changes[2].TryGetProperty("to", out _));
        Assert.Equal("h1", installation.GetProperty("hash").GetString());
        Assert.Equal(7, installation.GetProperty("modules").GetArrayLength());
    }

    [Fact]
    public void Remote_text_cannot_drive_the_terminal()
    {
        var verdict = Verdict("m", Progress.Stalled, Reasons.InvalidData) with { Message = "bad \u001b[2J\nnext" };
        var plan = new InstallationPlan(Acme, new Uri("https://example.test"), [], new Plan([], [verdict], [], ""));

        Assert.Contains("bad \uFFFD[2J\uFFFDnext", Text(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_are_for_terminals_only()
    {
        var plain = new StringWriter();
        var colored = new StringWriter();
        new Paper(plain, colors: false).Line("text [not markup]", Mark.Create);
        new Paper(colored, colors: true).Line("text [not markup]", Mark.Create);

        Assert.Equal("+ text [not markup]\n", plain.ToString());
        Assert.Contains("\u001b[", colored.ToString(), StringComparison.Ordinal);
    }

    private static InstallationPlan Sample()
    {
        var changed = Module("changed", "macro", """{"a":{"b":2},"c":[1]}""");
        var later = Module("later", "trigger", "{}");
        var fresh = Module("new", "trigger", """{"n":1}""");
        ImmutableArray<DesiredModule> desired =
        [
            changed, later, fresh, Module("taken", "macro", "{}"), Module("slow", "macro", "{}"),
        ];
        return new InstallationPlan(Acme, new Uri("https://example.test"), desired, new Plan(
            [
                new PlannedAction.Delete(Owner("gone"), "k3", "T10", Reasons.Deleting),
                new PlannedAction.Update(
                    changed, "k2", ModuleContent.Parse("macro", """{"a":{"b":1},"d":"x"}"""), "T8", Reasons.Updating),
                new PlannedAction.Create(fresh, null, "T3", Reasons.Registering),
            ],
            [
                Verdict("changed", Progress.Reconciling, Reasons.Updating),
                Verdict("gone", Progress.Reconciling, Reasons.Deleting),
                Verdict("later", Progress.Stalled, Reasons.ApprovalRequired),
                Verdict("new", Progress.Reconciling, Reasons.Registering),
                Verdict("same", Progress.Ready, Reasons.Synced),
                Verdict("slow", Progress.Reconciling, Reasons.RateLimited) with { Message = "wait" },
                Verdict("taken", Progress.Stalled, Reasons.AdoptionRequired)
                    with { Message = "an identical module exists" },
            ],
            [
                new HeldAction(
                    new PlannedAction.Create(later, null, "T3", Reasons.Registering), Reasons.ApprovalRequired,
                    "approve it"),
            ],
            "h1"));
    }

    private static string Text(InstallationPlan plan)
    {
        var output = new StringWriter();
        new TextPlanView(new Paper(output, colors: false)).Show([plan]);
        return output.ToString();
    }

    private static ModuleOwner Owner(string name) => new(name, "default", name);

    private static DesiredModule Module(string name, string type, string data) =>
        new(Owner(name), ModuleContent.Parse(type, data));

    private static ModuleVerdict Verdict(string name, Progress progress, string reason) =>
        new(Owner(name), progress, reason, "message", "T3");
}
