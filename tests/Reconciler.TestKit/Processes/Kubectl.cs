using System.Globalization;
using System.Text.Json.Nodes;

namespace Reconciler.TestKit.Processes;

/// <summary>kubectl against one cluster, in one namespace and context.
/// Every wait is a watch of kubectl's own.</summary>
public sealed record Kubectl(string Program, string Kubeconfig, string LogDirectory)
{
    public string? Namespace { get; init; }

    public string? Context { get; init; }

    public Kubectl In(string @namespace) => this with { Namespace = @namespace };

    public Kubectl As(string context) => this with { Context = context };

    /// <summary>Runs kubectl to its end, whatever the exit code.</summary>
    public Task<CommandResult> TryAsync(
        IEnumerable<string> arguments, string? input = null, TimeSpan? timeout = null) =>
        Command.RunAsync(Program, [.. CommonArguments(), .. arguments], input, timeout);

    /// <summary>Runs kubectl, which must succeed, and returns its output.</summary>
    public async Task<string> RunAsync(params string[] arguments) => (await TryAsync(arguments)).Required().Output;

    public async Task ApplyAsync(string manifests) =>
        (await TryAsync(["apply", "-f", "-"], manifests)).Required();

    public async Task ApplyFilesAsync(string path) => await RunAsync("apply", "-f", path);

    public async Task<JsonNode> GetAsync(params string[] arguments) =>
        JsonNode.Parse(await RunAsync(["get", .. arguments, "-o", "json"]))!;

    /// <summary>The items of a list, as in `kubectl get KIND`.</summary>
    public async Task<IReadOnlyList<JsonNode>> ListAsync(params string[] arguments) =>
        [.. (await GetAsync(arguments))["items"]!.AsArray().Select(item => item!)];

    /// <summary>`kubectl patch --type=merge`.</summary>
    public async Task PatchAsync(string target, string patch) =>
        await RunAsync("patch", target, "--type=merge", "-p", patch);

    /// <summary>`kubectl wait`: for a condition, a JSON path or a deletion.</summary>
    public async Task WaitAsync(string @for, params string[] targets)
    {
        var timeout = ((int)ProcessTimeouts.State.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        string[] arguments = ["wait", $"--for={@for}", $"--timeout={timeout}s", .. targets];
        var result = await TryAsync(arguments, timeout: ProcessTimeouts.State + ProcessTimeouts.Exit);
        if (result.ExitCode != 0)
        {
            var state = await TryAsync(["get", "dminst,dm,dmledger", "-o", "yaml"]);
            throw new InvalidOperationException($"{result.Error}{result.Output}{state.Output}");
        }
    }

    /// <summary>`kubectl get -w`: the first state of one object, or of any in a kind, that is awaited.</summary>
    public async Task<JsonNode> WatchUntilAsync(string target, Func<JsonNode, bool> predicate)
    {
        await using var watch = StartWatch(target);
        return await AwaitAsync(watch, predicate);
    }

    /// <summary>For a state that passes: what leads to it begins when the watch has seen what was there
    /// before.</summary>
    public async Task<JsonNode> WatchUntilAsync(string target, Func<JsonNode, bool> predicate, Func<Task> begin)
    {
        // At this level kubectl tells its requests: the list, and then the watch from the version of that list on.
        await using var watch = StartWatch(target, "--v=6");
        await watch.WaitForLineAsync(static line => line.Contains("watch=true", StringComparison.Ordinal));
        await begin();
        return await AwaitAsync(watch, predicate);
    }

    /// <summary>Waits until the server answers /readyz: it may refuse its first requests while its hooks run.</summary>
    public Task AwaitServerAsync() => AwaitAsync("get", "--raw", "/readyz");

    /// <summary>Waits until a command succeeds. Each try is a process, so this does not spin.</summary>
    public async Task AwaitAsync(params string[] arguments)
    {
        for (var tries = 1; await TryAsync(arguments) is { ExitCode: not 0 } refused; tries++)
        {
            if (tries == 200)
            {
                refused.Required();
            }
        }
    }

    // Always a list, also of one: kubectl watches from the version of a list on. A single object it gets, then watches
    // from "now" on and keeps the first event to itself, so that a change between the two is never shown.
    private ChildProcess StartWatch(string target, params string[] more)
    {
        string[] what = target.Split('/') is [var kind, var name]
            ? [kind, $"--field-selector=metadata.name={name}"]
            : [target];
        return ChildProcess.Start(
            $"watch-{target.Replace('/', '-')}", LogDirectory, Program,
            [.. CommonArguments(), "get", .. what, "--watch", "-o", "json", .. more]);
    }

    private static async Task<JsonNode> AwaitAsync(ChildProcess watch, Func<JsonNode, bool> predicate)
    {
        var stream = new JsonDocuments();
        JsonNode? found = null;
        await watch.WaitForLineAsync(
            line => stream.Add(line) is { } node && predicate(node) && (found = node) is not null,
            ProcessTimeouts.State);
        return found!;
    }

    private IEnumerable<string> CommonArguments()
    {
        yield return $"--kubeconfig={Kubeconfig}";
        yield return $"--cache-dir={Path.Combine(LogDirectory, "kubectl-cache")}";
        if (Context is not null)
        {
            yield return $"--context={Context}";
        }

        if (Namespace is not null)
        {
            yield return $"--namespace={Namespace}";
        }
    }
}
