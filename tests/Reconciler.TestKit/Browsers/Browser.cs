using Reconciler.TestKit.Processes;

namespace Reconciler.TestKit.Browsers;

/// <summary>A headless Chromium with a profile of its own, driven by the DevTools protocol over a loopback
/// socket.</summary>
public sealed class Browser : IAsyncDisposable
{
    private const string Announcement = "DevTools listening on ";

    private readonly ChildProcess _process;
    private readonly DevToolsConnection _connection;

    private Browser(ChildProcess process, DevToolsConnection connection) =>
        (_process, _connection) = (process, connection);

    /// <param name="directory">For its log and its profile.</param>
    public static async Task<Browser> StartAsync(string directory)
    {
        var process = ChildProcess.Start(
            "chromium", directory, await TestPrograms.ChromiumAsync(),
            [
                // Tests run as root in containers, where the sandbox of the browser does not work.
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
                "--disable-extensions", "--disable-sync", "--no-first-run", "--no-proxy-server", "--mute-audio",
                "--force-color-profile=srgb", "--hide-scrollbars", "--remote-debugging-port=0",
                $"--user-data-dir={Path.Combine(directory, "profile")}", "about:blank",
            ]);
        var line = await process.WaitForLineAsync(l => l.Contains(Announcement, StringComparison.Ordinal));
        var address = line[(line.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..];
        return new(process, await DevToolsConnection.OpenAsync(new Uri(address.Trim())));
    }

    /// <summary>A new tab of this size, with dark or light colours preferred.</summary>
    public async Task<BrowserPage> OpenAsync(int width, int height, bool dark = false)
    {
        var created = await _connection.SendAsync("Target.createTarget", new() { ["url"] = "about:blank" });
        var target = created["targetId"]!.GetValue<string>();
        var attached = await _connection.SendAsync(
            "Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true });
        var page = new BrowserPage(_connection, target, attached["sessionId"]!.GetValue<string>());
        await page.PrepareAsync(width, height, dark);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _process.DisposeAsync();
    }
}
