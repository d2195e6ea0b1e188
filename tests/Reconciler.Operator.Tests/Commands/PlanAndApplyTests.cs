using System.Text.Json;
using Reconciler.Emulator.State;

namespace Reconciler.Operator.Tests.Commands;

public sealed class PlanAndApplyTests
{
    [Fact]
    public async Task A_plan_shows_what_apply_does_and_writes_nothing_itself()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Write("m.yaml", CommandFixture.ModuleYaml("orders"));

        var plan = await cli.PlanAsync();

        Assert.Equal((2, ""), (plan.Code, plan.Error));
        Assert.Contains("  + macro default/orders\n", plan.Output, StringComparison.Ordinal);
        Assert.EndsWith(
            "Plan: 1 to create, 0 to update, 0 to delete, 0 unchanged.\n", plan.Output, StringComparison.Ordinal);
        Assert.Equal(0, cli.Writes);
        Assert.False(Directory.Exists(cli.State));
    }

    [Fact]
    public async Task Applying_registers_each_module_once_and_the_second_time_writes_nothing()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Write(
            "m.yaml",
            CommandFixture.ModuleYaml("orders") + "---\n" + CommandFixture.ModuleYaml("trade", data: "{ title: T }"));

        var first = await cli.ApplyAsync();
        var held = cli.Server.Modules();
        cli.Server.ClearRequests();
        var second = await cli.ApplyAsync();
        var plan = await cli.PlanAsync();

        Assert.Equal((0, 0, 0), (first.Code, second.Code, plan.Code));
        Assert.Equal(2, held.Count);
        Assert.All(
            held, module => Assert.Contains($"registered as {module.Key}", first.Output, StringComparison.Ordinal));
        Assert.Equal(0, cli.Writes);
        Assert.EndsWith("No changes: 2 modules in sync.\n", plan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_manifest_is_an_update_in_place_with_its_fields()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Write("m.yaml", CommandFixture.ModuleYaml("orders"));
        await cli.ApplyAsync();
        var key = Assert.Single(cli.Server.Modules()).Key;
        cli.Write("m.yaml", CommandFixture.ModuleYaml("orders", data: "{ title: Trades, resource: ui, icon: i }"));

        var plan = await cli.PlanAsync();
        var apply = await cli.ApplyAsync();

        Assert.Equal((2, 0), (plan.Code, apply.Code));
        Assert.Contains($"  ~ macro default/orders ({key})", plan.Output, StringComparison.Ordinal);
        Assert.Contains(
            "      + icon: \"i\"\n      ~ title: \"Orders\" → \"Trades\"\n", plan.Output, StringComparison.Ordinal);
        var module = Assert.Single(cli.Server.Modules());
        Assert.Equal((key, "Trades"), (module.Key, module.Data.GetProperty("title").GetString()));
    }

    [Fact]
    public async Task A_module_that_left_the_files_is_deleted_and_a_foreign_one_is_left_alone()
    {
        await using var cli = await CommandFixture.StartAsync();
        using var data = JsonDocument.Parse("""{"title":"Theirs"}""");
        cli.Server.Foreign(new ForeignWrite { Key = "theirs", Type = "macro", Data = data.RootElement.Clone() });
        cli.Write("keep.yaml", CommandFixture.ModuleYaml("keep"));
        var gone = cli.Write("gone.yaml", CommandFixture.ModuleYaml("gone", data: "{ title: Gone }"));
        await cli.ApplyAsync();
        File.Delete(gone);

        var plan = await cli.PlanAsync();
        var apply = await cli.ApplyAsync();

        Assert.Contains("1 to delete", plan.Output, StringComparison.Ordinal);
        Assert.Equal(0, apply.Code);
        Assert.Equal(
            ["Orders", "Theirs"], cli.Server.Modules().Select(m => m.Data.GetProperty("title").GetString()!).Order());
        Assert.Equal(0, (await cli.PlanAsync()).Code);
    }

    [Fact]
    public async Task The_json_plan_is_one_document_with_the_same_exit_code()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Write("m.yaml", CommandFixture.ModuleYaml("orders"));

        var plan = await cli.PlanAsync("-o", "json");

        Assert.Equal(2, plan.Code);
        using var json = JsonDocument.Parse(plan.Output);
        var root = json.RootElement;
        Assert.Equal(1, root.GetProperty("formatVersion").GetInt32());
        Assert.Equal(1, root.GetProperty("summary").GetProperty("create").GetInt32());
        var installation = root.GetProperty("installations")[0];
        var action = installation.GetProperty("actions")[0];
        Assert.Equal(("create", "orders", "macro"), (
            action.GetProperty("action").GetString(), action.GetProperty("name").GetString(),
            action.GetProperty("type").GetString()));
        Assert.False(action.GetProperty("withheld").GetBoolean());
        Assert.Equal("orders", installation.GetProperty("modules")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_manual_installation_waits_for_the_hash_of_its_plan()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Write("installation.yaml", cli.InstallationYaml("applyPolicy: Manual"));
        cli.Write("m.yaml", CommandFixture.ModuleYaml("orders"));

        var refused = await cli.ApplyAsync();
        using var plan = JsonDocument.Parse((await cli.PlanAsync("-o", "json")).Output);
        var hash = plan.RootElement.GetProperty("installations")[0].GetProperty("hash").GetString()!;
        var approved = await cli.ApplyAsync("--approve", hash);

        Assert.Equal((1, 0), (refused.Code, approved.Code));
        Assert.Contains("ApprovalRequired", refused.Output, StringComparison.Ordinal);
        Assert.Single(cli.Server.Modules());
    }

    [Fact]
    public async Task Without_yes_a_person_is_asked_and_nobody_means_no()
    {
        await using var cli = await CommandFixture.StartAsync();
        var module = cli.Write("m.yaml", CommandFixture.ModuleYaml("orders"));
        string[] arguments = ["apply", "-f", Path.GetDirectoryName(module)!, "--state", cli.State];

        var nobody = await cli.RunAsync(arguments);
        var no = await cli.RunAsync(arguments, "n\n", interactive: true);
        Assert.Empty(cli.Server.Modules());
        var yes = await cli.RunAsync(arguments, "y\n", interactive: true);

        Assert.Equal((1, 1, 0), (nobody.Code, no.Code, yes.Code));
        Assert.Equal(
            "error: there are changes and nobody to ask: read the plan and run apply with --yes\n", nobody.Error);
        Assert.Equal("error: not applied: the answer was not yes\n", no.Error);
        Assert.Single(cli.Server.Modules());
    }

    [Fact]
    public async Task Standard_input_and_variables_serve_as_files_and_options_do()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Variables["RECONCILER_TOKEN"] = "emulator-token";
        cli.Variables["RECONCILER_STATE"] = cli.State;
        cli.Variables["RECONCILER_YES"] = "true";
        var input = cli.InstallationYaml().Split("---\n")[1] + "\n---\n" + CommandFixture.ModuleYaml("orders");

        var apply = await cli.RunAsync(["apply", "-f", "-"], input);

        Assert.Equal((0, ""), (apply.Code, apply.Error));
        Assert.Single(cli.Server.Modules());
        Assert.True(Directory.Exists(cli.State));
    }
}
