using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Emulator;
using Reconciler.Emulator.Faults;
using Reconciler.Emulator.State;
using Reconciler.Operator.Tests.Control;

namespace Reconciler.Operator.Tests.Console;

/// <summary>
/// An operator with a console and with something of everything to show: <c>acme</c> in sync with a module that drifted
/// and was put right, <c>globex</c> with drift that is only shown, <c>initech</c> with a create whose answer was lost,
/// <c>umbrella</c> whose plan waits for approval, <c>vandelay</c> without a credential, modules of <c>nowhere</c>.
/// </summary>
internal sealed class ConsoleStory : IAsyncDisposable
{
    public const string Secret = "canary-7f3a91c2-token";

    private readonly List<EmulatorServer> _remotes = [];

    private ConsoleStory(OperatorWorld world) => World = world;

    public OperatorWorld World { get; }

    public Uri Address => new($"http://{World.Console!.Address}/");

    public static async Task<ConsoleStory> TellAsync()
    {
        var story = new ConsoleStory(await OperatorWorld.StartAsync(started: false));
        var world = story.World;
        await world.StartWithConsoleAsync();
        await world.ApplyReadyAsync("on-issue-created", "on-issue-updated", "on-comment");
        story.Drift(world.Remote, "on-comment-e");
        await world.PassAsync();

        var globex = await story.RemoteAsync("globex", spec => spec["drift"] = "Warn");
        story.Module("globex", "broker", Panel("Contoso broker", "https://example.com/one"));
        story.Module("globex", "ledger-panel", Panel("Ledger", "https://example.com/two"));
        await world.UntilReadyAsync("broker", "ledger-panel");
        var broker = globex.Modules().First(module => Text(module).Contains("broker", StringComparison.Ordinal));
        globex.Foreign(new ForeignWrite
        {
            Key = broker.Key,
            Data = JsonSerializer.SerializeToElement(Panel("Changed by hand", "https://example.com/one", "extra")),
        });
        await world.PassAsync("globex");

        await story.LoseAnAnswerAsync("initech", "printer");

        await story.RemoteAsync("umbrella", spec => spec["applyPolicy"] = "Manual");
        story.Module("umbrella", "glass-portal", Panel("Portal", "https://example.com/portal"));
        await world.UntilInstallationReasonAsync("ApprovalRequired", "umbrella");

        world.ApplyInstallation("vandelay");
        story.Module("vandelay", "imports", Panel("Imports", "https://example.com/imports"));
        story.Module("nowhere", "lonely", Panel("Lonely", "https://example.com/lonely"));
        await world.UntilReasonAsync("lonely", "InstallationNotFound");
        await world.UntilInstallationReasonAsync("AwaitingToken", "vandelay");
        return story;
    }

    /// <summary>Somebody else changes what the remote holds for a trigger.</summary>
    public void Drift(EmulatorServer remote, string endpoint)
    {
        var stored = remote.Modules().Single(module => Text(module).Contains(endpoint, StringComparison.Ordinal));
        remote.Foreign(new ForeignWrite
        {
            Key = stored.Key,
            Data = JsonSerializer.SerializeToElement(new JsonObject
            {
                ["events"] = new JsonArray("avi:jira:updated:issue", "avi:jira:deleted:issue"),
                ["endpoint"] = "changed-by-hand",
            }),
        });
    }

    public void Module(string installation, string name, JsonObject data) =>
        World.ApplyModule(name, installation: installation, change: spec =>
        {
            spec["type"] = "jira:issuePanel";
            spec["data"] = data;
        });

    public static JsonObject Panel(string title, string url, string? extra = null)
    {
        var panel = new JsonObject
        {
            ["title"] = title, ["icon"] = "resource:main;icons/panel.svg", ["resource"] = "main",
            ["viewportSize"] = "medium",
            ["displayConditions"] = new JsonObject { ["isLoggedIn"] = true, ["isAdmin"] = false },
            ["links"] = new JsonArray(url, "https://example.com/help"),
        };
        if (extra is not null)
        {
            panel["description"] = extra;
        }

        return panel;
    }

    /// <summary>An installation with one module whose registration is open from now on, for two minutes.</summary>
    public async Task LoseAnAnswerAsync(string installation, string module)
    {
        var remote = await RemoteAsync(installation, spec => spec["quota"] = 2);
        remote.AddFault(new FaultRule { Kind = FaultKind.DropBeforeCommit, Verb = "POST", Count = 1 });
        Module(installation, module, Panel("Printer", $"https://example.com/{module}"));
        await World.UntilReasonAsync(module, "ResolvingCreate");
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        foreach (var remote in _remotes)
        {
            await remote.DisposeAsync();
        }
    }

    private async Task<EmulatorServer> RemoteAsync(string installation, Action<JsonObject> change)
    {
        var remote = await EmulatorServer.StartAsync(new EmulatorOptions
        {
            Tokens = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [Secret] = EmulatorOptions.DefaultInstallation,
            },
        });
        _remotes.Add(remote);
        World.ApplySecret(Secret, $"{installation}-token");
        World.ApplyInstallation(installation, remote.BaseUrl.ToString(), change);
        return remote;
    }

    private static string Text(StoredModule module) => module.Data.GetRawText();
}
