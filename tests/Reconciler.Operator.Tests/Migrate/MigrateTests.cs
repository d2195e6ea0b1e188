using System.Text.Json;
using Reconciler.Emulator.State;

namespace Reconciler.Operator.Tests.Migrate;

/// <summary>Migrations between emulated remotes over HTTP, through the command line.</summary>
public sealed class MigrateTests
{
    private const string Macro = """{"title":"Orders","resource":"ui"}""";

    private const string Mapping = """
        apiVersion: migrate.reconciler.io/v1
        kind: ModuleMapping
        rules:
          - from: webItems
            when: { location: top }
            to: jira:issueAction
            data: { title: "${name.value}", resource: main, help: "was ${key}", icon: "${icon?}" }
            drop: [location, url]
          - from: webhooks
            skip: the app listens to a trigger already
        """;

    [Theory]
    [InlineData("ForgeV1")]
    [InlineData("ForgeContainer")]
    public async Task A_Forge_module_moves_as_it_is_and_its_manifest_keeps_its_comments(string api)
    {
        await using var world = await MigrateFixture.StartAsync();
        world.WriteOld(api);
        world.Seed(ModuleApi.ForgeV1, "orders", "macro", Macro);
        world.Write("orders.yaml", "# Orders of a space.\n"
            + MigrateFixture.Module(
                "orders", "macro", "{ title: Orders, resource: ui } # short", "# the policy\n  onMissing: Hold"));

        var dry = await world.MigrateAsync();
        var untouched = world.Writes;
        var run = await world.MigrateAsync("--yes");

        Assert.Equal((2, "", 0), (dry.Code, dry.Error, untouched));
        Assert.Contains("default/orders: macro key-orders → macro\n", dry.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Empty(world.Old(ModuleApi.ForgeV1));
        var key = Assert.Single(world.Server.Modules()).Key;
        var text = await File.ReadAllTextAsync(Path.Combine(world.OldPath, "orders.migrated.yaml"));
        Assert.Equal($$"""
            # Orders of a space.
            apiVersion: reconciler.io/v1alpha1
            kind: DynamicModule
            metadata:
              name: orders
            spec:
              installationRef:
                name: new
              type: macro
              importKey: "{{key}}"
              # the policy
              onMissing: Hold
              data: { title: Orders, resource: ui } # short

            """.ReplaceLineEndings("\n"), Unquoted(text, key));
    }

    [Fact]
    public async Task Running_again_after_the_end_changes_nothing()
    {
        await using var world = await MigrateFixture.StartAsync();
        world.WriteOld("ForgeV1");
        world.Seed(ModuleApi.ForgeV1, "orders", "macro", Macro);
        world.Write("orders.yaml", MigrateFixture.Module("orders", "macro", Macro));
        await world.MigrateAsync("--yes");
        var before = Files(world);
        world.Server.ClearRequests();

        var again = await world.MigrateAsync("--yes");
        var dry = await world.MigrateAsync();

        Assert.Equal((0, 0, 0), (again.Code, dry.Code, world.Writes));
        Assert.Equal(before, Files(world));
        Assert.Contains("1 of 1 modules moved.", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_applied_from_this_directory_leaves_its_ledger_and_the_new_manifests_plan_empty()
    {
        await using var world = await MigrateFixture.StartAsync();
        world.WriteOld("ForgeV1", "");
        var manifest = world.Write("orders.yaml", MigrateFixture.Module("orders", "macro", Macro));
        Assert.Equal(0, (await world.RunAsync("apply", "-f", world.OldPath, "--state", world.State, "--yes")).Code);
        world.WriteOld("ForgeV1");

        var run = await world.MigrateAsync("--yes", "--write");
        var plan = await world.RunAsync("plan", "-f", world.NewPath, "-f", manifest, "--state", world.State);

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal((0, ""), (plan.Code, plan.Error));
        Assert.False(File.Exists(Path.Combine(world.OldPath, "orders.migrated.yaml")));
        var ledger = await File.ReadAllTextAsync(Path.Combine(world.State, "ledgers", "default", "old.json"));
        Assert.DoesNotContain("\"Bound\"", ledger, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, (await world.MigrateAsync("--yes", "--write")).Code);
    }

    [Fact]
    public async Task A_Connect_app_moves_what_its_mapping_says_and_lists_the_rest()
    {
        await using var world = await MigrateFixture.StartAsync();
        var mapping = Path.Combine(world.Root, "mapping.yaml");
        await File.WriteAllTextAsync(mapping, Mapping);
        world.WriteOld("ConnectJira");
        Add("one", "webItems", """{"name":{"value":"One"},"location":"top","url":"/one"}""");
        Add("other", "webItems", """{"name":{"value":"Other"},"location":"side"}""");
        Add("lossy", "webItems", """{"name":{"value":"L"},"location":"top","weight":7}""");
        Add("hook", "webhooks", """{"event":"e","url":"/u"}""");
        Add("panel", "webPanels", """{"name":{"value":"P"},"location":"x","url":"/p"}""");

        var run = await world.MigrateAsync("--yes", "--mapping", mapping);
        var tolerant = await world.MigrateAsync("--yes", "--mapping", mapping, "--skip-unmapped");

        Assert.Equal((1, ""), (run.Code, run.Error));
        Assert.Equal(0, tolerant.Code);
        Assert.Equal(["One"], world.NewTitles());
        Assert.Equal("was key-one", world.Server.Modules()[0].Data.GetProperty("help").GetString());
        Assert.Equal(4, world.Old(ModuleApi.ConnectJira).Count);
        Assert.Contains(
            "! default/lossy (webItems): " + mapping + ":4: no place for weight", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "! default/other (webItems): no rule for webItems has a when that fits", run.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "! default/panel (webPanels): no rule for type webPanels", run.Output, StringComparison.Ordinal);
        Assert.Contains("default/hook (webhooks): stays behind: the app listens", run.Output, StringComparison.Ordinal);

        void Add(string name, string type, string data)
        {
            world.Seed(ModuleApi.ConnectJira, name, type, data);
            world.Write($"{name}.yaml", MigrateFixture.Module(name, type, data));
        }
    }

    [Fact]
    public async Task A_Confluence_app_moves_with_its_mapping()
    {
        await using var world = await MigrateFixture.StartAsync();
        var mapping = Path.Combine(world.Root, "mapping.yaml");
        await File.WriteAllTextAsync(mapping, """
            apiVersion: migrate.reconciler.io/v1
            kind: ModuleMapping
            rules:
              - from: dynamicContentMacros
                to: macro
                data: { title: "${name.value}", resource: "page-${key}" }
                drop: [url]
            """);
        const string Data = """{"name":{"value":"Chart"},"url":"/chart"}""";
        world.WriteOld("ConnectConfluence");
        world.Seed(ModuleApi.ConnectConfluence, "chart", "dynamicContentMacros", Data);
        world.Write("chart.yaml", MigrateFixture.Module("chart", "dynamicContentMacros", Data));

        var run = await world.MigrateAsync("--yes", "--mapping", mapping, "-o", "json");

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Empty(world.Old(ModuleApi.ConnectConfluence));
        Assert.Equal("page-key-chart", Assert.Single(world.Server.Modules()).Data.GetProperty("resource").GetString());
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal("Moved", json.RootElement.GetProperty("modules")[0].GetProperty("stage").GetString());
    }

    [Fact]
    public async Task A_module_that_differs_from_its_manifest_is_not_touched()
    {
        await using var world = await MigrateFixture.StartAsync();
        world.WriteOld("ForgeV1");
        world.Seed(ModuleApi.ForgeV1, "orders", "macro", """{"title":"Somebody's"}""");
        world.Write("orders.yaml", MigrateFixture.Module("orders", "macro", Macro));

        var run = await world.MigrateAsync("--yes");

        Assert.Equal((1, 0), (run.Code, world.Writes));
        Assert.Contains(
            "the old module key-orders is not what the manifest says", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_installation_that_is_not_suspended_is_refused()
    {
        await using var world = await MigrateFixture.StartAsync();
        world.WriteOld("ForgeV1", "");
        world.Write("orders.yaml", MigrateFixture.Module("orders", "macro", Macro));

        var error = (await world.MigrateAsync("--yes")).SingleError();

        Assert.Contains(
            "installation.yaml:6: Installation default/old is not suspended", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(world.State));
    }

    [Fact]
    public async Task Room_for_some_is_used_again_and_again()
    {
        await using var world = await MigrateFixture.StartAsync();
        world.Server.Configure(settings => settings with { ShareStores = true, MaxModules = 5 });
        world.WriteOld("ForgeV1");
        AddMany(world, 4);

        var run = await world.MigrateAsync("--yes");

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(["T0", "T1", "T2", "T3"], world.NewTitles());
        Assert.All(
            world.Server.Modules(), module => Assert.DoesNotContain("key-", module.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_any_room_a_gap_is_offered_and_taken_only_when_allowed()
    {
        await using var world = await MigrateFixture.StartAsync();
        world.Server.Configure(settings => settings with { ShareStores = true, MaxModules = 3 });
        world.WriteOld("ForgeV1");
        AddMany(world, 3);

        var held = await world.MigrateAsync("--yes");
        var keys = world.Server.Modules().Select(module => module.Key).Order(StringComparer.Ordinal).ToArray();
        var run = await world.MigrateAsync("--yes", "--allow-gap");

        Assert.Equal(1, held.Code);
        Assert.Contains("run again with --allow-gap", held.Output, StringComparison.Ordinal);
        Assert.Equal(["key-m0", "key-m1", "key-m2"], keys);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(["T0", "T1", "T2"], world.NewTitles());
        Assert.Contains("no room, deleting key-m0 first", run.Output, StringComparison.Ordinal);
    }

    private static void AddMany(MigrateFixture world, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var data = $$"""{"title":"T{{i}}"}""";
            world.Seed(ModuleApi.ForgeV1, $"m{i}", "macro", data);
            world.Write($"m{i}.yaml", MigrateFixture.Module($"m{i}", "macro", data));
        }
    }

    /// <summary>A key that starts with a letter needs no quotes.</summary>
    private static string Unquoted(string text, string key) =>
        text.Replace($"importKey: {key}\n", $"importKey: \"{key}\"\n", StringComparison.Ordinal);

    private static Dictionary<string, string> Files(MigrateFixture world) =>
        Directory.EnumerateFiles(world.Root, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) is not ("holder" or "lock"))
            .ToDictionary(path => path, path => File.ReadAllText(path) + File.GetLastWriteTimeUtc(path).Ticks);
}
