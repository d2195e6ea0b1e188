using Reconciler.Operator.Tests.Control;
using Reconciler.TestKit.Browsers;
using Reconciler.TestKit.Processes;

namespace Reconciler.Operator.Tests.Console;

/// <summary>One story and one browser for all tests of the page; each test has a tab of its own.</summary>
public sealed class ConsoleStage : IAsyncLifetime
{
    private Browser? _browser;

    internal ConsoleStory Story { get; private set; } = null!;

    public string Directory { get; } = RunDirectory.Create("console");

    public async Task InitializeAsync()
    {
        Story = await ConsoleStory.TellAsync();
        _browser = await Browser.StartAsync(Directory);
    }

    public async Task<BrowserPage> OpenAsync(string route = "#/", int width = 1280, int height = 900, bool dark = false)
    {
        var page = await _browser!.OpenAsync(width, height, dark);
        await ShowAsync(page, Story.Address, route);
        return page;
    }

    public static async Task ShowAsync(BrowserPage page, Uri address, string route)
    {
        await page.GoAsync(new Uri(address, route));
        await page.UntilTextAsync("Live", "#link");
    }

    public static string Installation(string name) => $"#/installation/{OperatorWorld.Namespace}/{name}";

    public static string Module(string name) => $"#/module/{OperatorWorld.Namespace}/{Uri.EscapeDataString(name)}";

    public Task PictureAsync(BrowserPage page, string name) =>
        page.PictureAsync(Path.Combine(Directory, $"{name}.png"), whole: true);

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        await Story.DisposeAsync();
    }
}
