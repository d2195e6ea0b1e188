using Reconciler.Operator.Tests.Control;
using Reconciler.TestKit.Browsers;
using Reconciler.TestKit.Processes;

namespace Reconciler.Operator.Tests.Console;

/// <summary>The page in a real browser, over a real operator. The pictures lie in the run's directory, for eyes.</summary>
public sealed class ConsoleBrowserTests
{
    [Fact]
    public async Task Everything_is_shown_live_in_light_and_dark_and_the_browser_has_nothing_to_complain_about()
    {
        var directory = RunDirectory.Create("console");
        await using var story = await ConsoleStory.TellAsync();
        await using var browser = await Browser.StartAsync(directory);
        var page = await browser.OpenAsync(1280, 900);
        await page.GoAsync(story.Address);
        await page.UntilTextAsync("Leading", "header");
        await page.UntilTextAsync("umbrella", "#list");
        await page.PictureAsync(Path.Combine(directory, "home-light.png"));

        foreach (var name in new[] { "acme", "globex", "initech", "umbrella", "vandelay", "nowhere" })
        {
            await page.EvaluateAsync($"location.hash = '#/installation/{OperatorWorld.Namespace}/{name}'");
            await page.UntilTextAsync(name, "main h2");
            await page.UntilTextAsync("Settings", "main");
            foreach (var dark in new[] { false, true })
            {
                await page.PreferAsync(dark);
                await page.PictureAsync(Path.Combine(directory, $"{name}-{(dark ? "dark" : "light")}.png"), whole: true);
            }
        }

        await page.PreferAsync(dark: false);
        await page.EvaluateAsync($"location.hash = '#/module/{OperatorWorld.Namespace}/broker'");
        await page.UntilTextAsync("Changed by hand", "main");
        await page.PictureAsync(Path.Combine(directory, "module-light.png"), whole: true);
        await page.ResizeAsync(360, 740);
        await page.PictureAsync(Path.Combine(directory, "module-360.png"), whole: true);
        await page.EvaluateAsync("location.hash = '#/'");
        await page.UntilTextAsync("Choose one", "main");
        await page.PictureAsync(Path.Combine(directory, "home-360.png"), whole: true);

        Assert.Empty(page.Complaints);
        Assert.All(page.Requests, address => Assert.StartsWith(story.Address.ToString(), address, StringComparison.Ordinal));
    }
}
