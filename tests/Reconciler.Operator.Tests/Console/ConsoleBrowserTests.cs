using System.Text.Json.Nodes;
using Reconciler.Emulator;
using Reconciler.Operator.Tests.Control;
using Reconciler.TestKit.Browsers;

namespace Reconciler.Operator.Tests.Console;

/// <summary>The page in a real browser, over a real operator. The pictures lie in the run's directory,
/// for eyes.</summary>
public sealed class ConsoleBrowserTests(ConsoleStage stage) : IClassFixture<ConsoleStage>
{
    private const string Markup = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>";

    private OperatorWorld World => stage.Story.World;

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(360, false)]
    [InlineData(360, true)]
    public async Task Every_view_fits_is_readable_and_gives_no_cause_for_complaint(int width, bool dark)
    {
        await using var page = await stage.OpenAsync(width: width, dark: dark);
        await page.UntilTextAsync("Choose one", "main");
        await CheckAsync(page, "home", width, dark);
        foreach (var name in new[] { "acme", "globex", "initech", "umbrella", "vandelay", "nowhere" })
        {
            await OpenAsync(page, ConsoleStage.Installation(name), name);
            await page.UntilTextAsync("Settings", "main");
            await CheckAsync(page, name, width, dark);
        }

        await OpenAsync(page, ConsoleStage.Module("broker"), "broker");
        await page.UntilTextAsync("Changed by hand", "main");
        await CheckAsync(page, "broker", width, dark);

        Assert.Empty(page.Complaints);
        Assert.All(
            page.Requests, asked => Assert.StartsWith(stage.Story.Address.ToString(), asked, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plan_drift_intents_ledger_and_why_are_all_there()
    {
        await using var page = await stage.OpenAsync(ConsoleStage.Installation("globex"));
        await page.UntilTextAsync("not corrected", "main");
        Assert.Equal(
            ["-   \"description\": \"extra\",", "-   \"title\": \"Changed by hand\","], await LinesAsync(page, "del"));
        Assert.Equal(["+   \"title\": \"Contoso broker\","], await LinesAsync(page, "ins"));

        // Lost just now: what the story lost may be resolved already, however late this runs.
        await stage.Story.LoseAnAnswerAsync("hooli", "scanner");
        await OpenAsync(page, ConsoleStage.Installation("hooli"), "hooli");
        await page.UntilTextAsync("Open intents (1)", "main");
        await page.UntilTextAsync("answer lost", "main");
        await OpenAsync(page, ConsoleStage.Installation("umbrella"), "umbrella");
        await page.UntilTextAsync("withheld", "main");
        await page.UntilTextAsync("reconciler.io/approve-plan: ", "main");
        await OpenAsync(page, ConsoleStage.Installation("acme"), "acme");
        await page.UntilTextAsync("Entries (3)", "main");

        // Of a module that nobody changed since: its last decision is its registration, however late this runs.
        await OpenAsync(page, ConsoleStage.Module("on-issue-created"), "on-issue-created");
        await page.UntilTextAsync("registered as", "main");
        await page.UntilTextAsync("Rule T4a", "main");
    }

    [Fact]
    public async Task A_change_arrives_without_a_reload_and_is_announced()
    {
        stage.Story.Module("vandelay", "exports", ConsoleStory.Panel("Exports", "https://example.com/exports"));
        await using var page = await stage.OpenAsync(ConsoleStage.Installation("vandelay"));
        await page.UntilTextAsync("exports", "main table");
        await page.EvaluateAsync("window.kept = document.querySelector('#list a')");

        stage.Story.Module("vandelay", "new-at-run-time", ConsoleStory.Panel("New", "https://example.com/new"));
        await page.UntilTextAsync("new-at-run-time", "main table");
        World.ApplyInstallation("vandelay", change: spec => spec["suspend"] = true);
        await page.UntilTextAsync("vandelay: Suspended", "#news");

        Assert.True((await page.EvaluateAsync("window.kept.isConnected"))!.GetValue<bool>());
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_keyboard_alone_leads_everywhere()
    {
        await using var page = await stage.OpenAsync();
        await page.UntilTextAsync("globex", "#list");
        await page.PressAsync("/");
        await page.TypeAsync("glob");
        await page.UntilTextAsync("1 of", "#count");
        await page.PressAsync("Enter");
        await page.UntilTextAsync("globex", "main h2");
        await page.UntilAsync("document.activeElement.id === 'page'");

        await page.PressAsync("Escape");
        await page.UntilAsync("location.hash === '#/' && document.activeElement.textContent.includes('globex')");
        await page.PressAsync("/");
        await page.PressAsync("Escape");
        await page.UntilAsync("document.getElementById('filter').value === ''");
        await page.PressAsync("ArrowDown");
        await page.UntilAsync("document.activeElement.closest('#list li')");
        await PressUntilAsync(page, "k", "matches('#list li:first-child a')");
        await PressUntilAsync(page, "j", "matches('#list li[data-key$=\"/acme\"] a')");
        await page.PressAsync("j");
        await page.UntilAsync("document.activeElement.textContent.includes('globex')");
        await page.PressAsync("k");
        await page.UntilAsync("document.activeElement.textContent.includes('acme')");
        await page.PressAsync("Enter");
        await page.UntilTextAsync("acme", "main h2");
        await page.UntilAsync("document.activeElement.id === 'page'");
        await PressUntilAsync(page, "Tab", "matches('main td a')");
        await page.PressAsync("Enter");
        await page.UntilTextAsync("Desired data", "main");
        await page.PressAsync("Escape");
        await page.UntilTextAsync("acme", "main h2");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Tab_leads_past_the_skip_link_to_the_installations_and_Enter_opens_one()
    {
        await using var page = await stage.OpenAsync();
        await page.UntilTextAsync("globex", "#list");
        foreach (var stop in new[]
        {
            "matches('.skip')", "matches('h1 a')", "matches('#filter')", "matches('#list li:first-child a')",
            "matches('#list li:nth-child(2) a')",
        })
        {
            await page.PressAsync("Tab");
            Assert.True(await IsFocusedAsync(page, stop), $"the focus is not where it {stop}");
        }

        var name = (await page.EvaluateAsync("document.activeElement.querySelector('strong').textContent"))!;
        await page.PressAsync("Enter");
        await page.UntilTextAsync(name.GetValue<string>(), "main h2");
        await page.UntilAsync("document.activeElement.id === 'page'");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_skip_link_is_seen_when_it_is_reached_and_leads_into_the_details_that_are_open()
    {
        await using var page = await stage.OpenAsync(ConsoleStage.Installation("acme"));
        await page.UntilTextAsync("Settings", "main");
        Assert.False(await IsFocusedAsync(page, "matches('.skip')"));

        await page.PressAsync("Tab");
        Assert.True(await IsFocusedAsync(page, "matches('.skip')"));
        Assert.True(await IsFocusedAsync(page, "getBoundingClientRect().left >= 0"));
        await page.PressAsync("Enter");

        await page.UntilAsync("document.activeElement.id === 'page'");
        Assert.Equal(
            ConsoleStage.Installation("acme"), (await page.EvaluateAsync("location.hash"))!.GetValue<string>());
        await page.PressAsync("Tab");
        Assert.True(await IsFocusedAsync(page, "closest('main')"));
        Assert.Contains("Settings", await page.TextAsync("main"), StringComparison.Ordinal);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_screen_reader_meets_names_and_landmarks()
    {
        await using var page = await stage.OpenAsync(ConsoleStage.Installation("acme"));
        await page.UntilTextAsync("Settings", "main");

        var nodes = await page.AccessibleAsync();

        foreach (var expected in new[]
        {
            "navigation: Installations", "searchbox: Filter", "searchbox: Filter modules", "heading: acme team-a",
            "heading: Plan and drift", "meter: Quota", "columnheader: Remote key", "link: Skip to the details",
            "region: Plan and drift", "region: Ledger", "region: Why",
        })
        {
            Assert.Contains(expected, nodes);
        }

        Assert.Contains(nodes, node => node.StartsWith("main:", StringComparison.Ordinal));
        Assert.Contains(nodes, node => node.StartsWith("status:", StringComparison.Ordinal));
        Assert.DoesNotContain(nodes, node => node is "link: " or "button: " or "searchbox: " or "heading: ");
    }

    [Fact]
    public async Task Markup_is_text_wherever_it_comes_from()
    {
        World.ApplyModule(Markup, installation: Markup, change: spec =>
        {
            spec["type"] = "<svg/onload=window.hacked=1>";
            spec["data"] = new JsonObject { [Markup] = Markup, ["url"] = "javascript:alert(1)" };
        });
        await World.UntilReasonAsync(Markup, "InstallationNotFound");
        await using var page = await stage.OpenAsync(ConsoleStage.Module(Markup));

        await page.UntilTextAsync("javascript:alert(1)", "main");
        await page.UntilTextAsync(Markup, "main h2");
        await page.UntilTextAsync(Markup, "#list");
        await OpenAsync(page, ConsoleStage.Installation(Uri.EscapeDataString(Markup)), Markup);
        await page.UntilTextAsync(Markup, "main table");

        Assert.Equal(0, (await page.EvaluateAsync("document.querySelectorAll('img, main script, nav script').length"))!
            .GetValue<int>());
        Assert.Null(await page.EvaluateAsync("window.hacked"));
        Assert.Equal(0, (await page.EvaluateAsync(
            "[...document.links].filter((link) => link.protocol !== 'http:').length"))!.GetValue<int>());
        Assert.Empty(page.Complaints);
        World.Modules.Delete(Markup, OperatorWorld.Namespace);
    }

    [Fact]
    public async Task A_thousand_modules_are_shown_a_hundred_at_a_time()
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.ApplyInstallation("big", change: spec => spec["suspend"] = true);
        for (var i = 0; i < 1000; i++)
        {
            world.ApplyModule($"big-{i:d4}", installation: "big");
        }

        var console = await world.StartWithConsoleAsync();
        await using var page = await stage.OpenAsync(dark: true);
        await ConsoleStage.ShowAsync(page, new($"http://{console.Address}/"), ConsoleStage.Installation("big"));
        await page.UntilTextAsync("Modules (1000)", "main");
        Assert.Equal(100, await RowsAsync(page));
        await page.EvaluateAsync("document.querySelector('[data-more=modules]').click()");
        await page.UntilAsync("document.querySelectorAll('main section table')[0].tBodies[0].rows.length === 200");
        await page.EvaluateAsync("document.getElementById('module-filter').focus()");
        await page.TypeAsync("big-0999");
        await page.UntilAsync("document.querySelectorAll('main section table')[0].tBodies[0].rows.length === 1");

        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task No_secret_is_anywhere()
    {
        using var client = new ConsoleClient(stage.Story.Address);
        var told = await client.TextAsync("/api/snapshot");
        foreach (var line in JsonNode.Parse(told)!["installations"]!.AsArray())
        {
            var (space, name) = (line!["namespace"]!.GetValue<string>(), line["name"]!.GetValue<string>());
            var page = await client.TextAsync(
                $"/api/installation?namespace={space}&name={Uri.EscapeDataString(name)}");
            told += page;
            foreach (var module in JsonNode.Parse(page)!["modules"]!.AsArray().Take(10))
            {
                var subject = Uri.EscapeDataString(module!["name"]!.GetValue<string>());
                told += await client.TextAsync($"/api/module?namespace={space}&name={subject}");
            }
        }

        Assert.Contains("broker", told, StringComparison.Ordinal);
        foreach (var secret in new[] { ConsoleStory.Secret, EmulatorOptions.DefaultToken })
        {
            Assert.DoesNotContain(secret, told, StringComparison.Ordinal);
            Assert.DoesNotContain(
                Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(secret)), told, StringComparison.Ordinal);
        }
    }

    private static async Task OpenAsync(BrowserPage page, string route, string name)
    {
        await page.EvaluateAsync($"location.hash = '{route}'");
        await page.UntilTextAsync(name, "main h2");
    }

    /// <summary>Presses a key until the focus is on what fulfils a condition, as a person does.</summary>
    private static async Task PressUntilAsync(BrowserPage page, string key, string condition)
    {
        for (var presses = 0; !await IsFocusedAsync(page, condition); presses++)
        {
            Assert.True(presses < 100, $"{key} never leads to what {condition}");
            await page.PressAsync(key);
        }
    }

    private static async Task<bool> IsFocusedAsync(BrowserPage page, string condition) =>
        (await page.EvaluateAsync($"Boolean(document.activeElement.{condition})"))!.GetValue<bool>();

    private async Task CheckAsync(BrowserPage page, string name, int width, bool dark)
    {
        await stage.PictureAsync(page, $"{name}-{width}-{(dark ? "dark" : "light")}");
        Assert.Equal(width, (await page.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>());
        Assert.Equal("", (await page.EvaluateAsync(Contrast.TooLow))!.GetValue<string>());
    }

    private static async Task<int> RowsAsync(BrowserPage page) => (await page.EvaluateAsync(
        "document.querySelectorAll('main section table')[0].tBodies[0].rows.length"))!.GetValue<int>();

    private static async Task<string[]> LinesAsync(BrowserPage page, string tag) =>
        [.. (await page.EvaluateAsync(
                $"[...document.querySelectorAll('main {tag}')].map((line) => line.textContent.trimEnd())"))!
            .AsArray().Select(line => line!.GetValue<string>())];
}
