using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.TestKit.Browsers;

/// <summary>One tab: goes to addresses, presses keys, evaluates expressions, takes pictures. It collects everything
/// that the browser complains about.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly DevToolsConnection _connection;
    private readonly string _session;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _loads = new(StringComparer.Ordinal);

    private readonly string _target;

    internal BrowserPage(DevToolsConnection connection, string target, string session)
    {
        (_connection, _target, _session) = (connection, target, session);
        connection.Arrived += Take;
    }

    /// <summary>Errors and warnings of scripts, of the network and of the content security policy.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Every address that the page asked for.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Completes when the new document is there: what is evaluated from then on is not lost with the old
    /// one.</summary>
    public async Task GoAsync(Uri address)
    {
        var answer = await SendAsync("Page.navigate", new() { ["url"] = address.ToString() });
        if (answer["loaderId"]?.GetValue<string>() is { } load)
        {
            await Loaded(load).Task.WaitAsync(ProcessTimeouts.Line, TimeProvider.System);
        }
    }

    /// <summary>The value of an expression, awaited if it is a promise.</summary>
    /// <exception cref="InvalidOperationException">It threw.</exception>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await SendAsync("Runtime.evaluate", new()
        {
            ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true,
        });
        return answer["exceptionDetails"] is { } thrown
            ? throw new InvalidOperationException($"{expression}: {thrown.ToJsonString()}")
            : answer["result"]!["value"]?.DeepClone();
    }

    public async Task<string> TextAsync(string selector = "body") =>
        (await EvaluateAsync($"document.querySelector('{selector}')?.innerText ?? ''"))!.GetValue<string>();

    /// <summary>Waits, frame by frame in the page itself, until an expression is true.</summary>
    /// <exception cref="TimeoutException">It is not; the message has the text of the page.</exception>
    public async Task UntilAsync(string condition)
    {
        var milliseconds = ProcessTimeouts.Line.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
        // In the page, so that nothing is missed between two looks; it need not have been loaded when asked.
        var holds = await EvaluateAsync($$"""
            new Promise((done) => {
              const end = Date.now() + {{milliseconds}};
              const look = () => {
                let holds = false;
                try { holds = Boolean({{condition}}); } catch { /* not there yet */ }
                if (holds || Date.now() > end) done(holds); else setTimeout(look, 20);
              };
              look();
            })
            """);
        if (holds?.GetValue<bool>() != true)
        {
            throw new TimeoutException(
                $"Never true: {condition}\n{string.Join('\n', Complaints)}\n{await TextAsync()}");
        }
    }

    /// <summary>Waits until the text of an element contains this.</summary>
    public Task UntilTextAsync(string text, string selector = "body") => UntilAsync(
        $"document.querySelector('{selector}').innerText.includes({JsonValue.Create(text).ToJsonString()})");

    /// <summary>Presses a key by its name: <c>/</c>, <c>j</c>, <c>Enter</c>, <c>Escape</c>, <c>ArrowDown</c>,
    /// <c>Tab</c>.</summary>
    public async Task PressAsync(string key)
    {
        var code = key switch { "Enter" => 13, "Escape" => 27, "Tab" => 9, "ArrowUp" => 38, "ArrowDown" => 40, _ => 0 };
        var text = key == "Enter" ? "\r" : key.Length == 1 ? key : "";
        var down = new JsonObject
        {
            ["type"] = text.Length > 0 ? "keyDown" : "rawKeyDown", ["key"] = key, ["windowsVirtualKeyCode"] = code,
        };
        if (text.Length > 0)
        {
            down["text"] = text;
        }

        await SendAsync("Input.dispatchKeyEvent", down);
        await SendAsync("Input.dispatchKeyEvent", new()
        {
            ["type"] = "keyUp", ["key"] = key, ["windowsVirtualKeyCode"] = code,
        });
    }

    public Task TypeAsync(string text) => SendAsync("Input.insertText", new() { ["text"] = text });

    /// <summary>Role and name of each node that a screen reader meets, as <c>role: name</c>.</summary>
    public async Task<IReadOnlyList<string>> AccessibleAsync()
    {
        var tree = await SendAsync("Accessibility.getFullAXTree");
        return
        [
            .. tree["nodes"]!.AsArray()
                .Where(node => node!["ignored"]?.GetValue<bool>() != true)
                .Select(node => $"{node!["role"]?["value"]}: {node["name"]?["value"]}"),
        ];
    }

    /// <summary>Writes a picture of the visible part, or of all of the page.</summary>
    public async Task PictureAsync(string path, bool whole = false)
    {
        var answer = await SendAsync("Page.captureScreenshot", new()
        {
            ["format"] = "png", ["captureBeyondViewport"] = whole,
        });
        await File.WriteAllBytesAsync(path, Convert.FromBase64String(answer["data"]!.GetValue<string>()));
    }

    public Task ResizeAsync(int width, int height) => SendAsync("Emulation.setDeviceMetricsOverride", new()
    {
        ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false,
    });

    public Task PreferAsync(bool dark) => SendAsync("Emulation.setEmulatedMedia", new()
    {
        ["features"] = new JsonArray(
            new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" },
            new JsonObject { ["name"] = "prefers-reduced-motion", ["value"] = "reduce" }),
    });

    /// <summary>Closes the tab.</summary>
    public async ValueTask DisposeAsync()
    {
        _connection.Arrived -= Take;
        await _connection.SendAsync("Target.closeTarget", new() { ["targetId"] = _target });
    }

    internal async Task PrepareAsync(int width, int height, bool dark)
    {
        foreach (var domain in new[] { "Page", "Runtime", "Log", "Network", "Accessibility" })
        {
            await SendAsync($"{domain}.enable");
        }

        await ResizeAsync(width, height);
        await PreferAsync(dark);
    }

    private Task<JsonObject> SendAsync(string method, JsonObject? parameters = null) =>
        _connection.SendAsync(method, parameters, _session);

    private TaskCompletionSource Loaded(string load) => _loads.GetOrAdd(
        load, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private void Take(DevToolsEvent happened)
    {
        if (happened.Session != _session)
        {
            return;
        }

        var parameters = happened.Parameters;
        switch (happened.Method)
        {
            case "Runtime.exceptionThrown":
                _complaints.Enqueue(parameters["exceptionDetails"]!.ToJsonString());
                break;
            case "Runtime.consoleAPICalled"
                when parameters["type"]!.GetValue<string>() is "error" or "warning" or "assert":
                _complaints.Enqueue(parameters["args"]!.ToJsonString());
                break;
            case "Log.entryAdded" when parameters["entry"]!["level"]!.GetValue<string>() is "error" or "warning":
                _complaints.Enqueue(parameters["entry"]!.ToJsonString());
                break;
            case "Page.frameNavigated":
                Loaded(parameters["frame"]!["loaderId"]!.GetValue<string>()).TrySetResult();
                break;
            case "Network.requestWillBeSent":
                _requests.Enqueue(parameters["request"]!["url"]!.GetValue<string>());
                break;
        }
    }
}
