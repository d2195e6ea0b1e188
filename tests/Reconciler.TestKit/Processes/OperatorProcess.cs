using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Reconciler.TestKit.Processes;

/// <summary>`reconciler run` as a process of its own, to be watched, stopped, frozen and killed.</summary>
public sealed partial class OperatorProcess(ChildProcess process) : IAsyncDisposable
{
    public ChildProcess Process => process;

    /// <summary>Starts the operator with ports of its own choice. It runs, but need not be ready.</summary>
    /// <param name="within">A program and its arguments that become the operator by `exec`.</param>
    public static OperatorProcess Start(
        string name,
        string logDirectory,
        string kubeconfig,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        IReadOnlyList<string>? within = null)
    {
        var (program, all) = TestPrograms.Reconciler(
        [
            "run", "--kubeconfig", kubeconfig, "--metrics-bind", "127.0.0.1:0", "--health-bind", "127.0.0.1:0",
            .. arguments,
        ]);
        string[] line = [.. within ?? [], program, .. all];
        return new(ChildProcess.Start(
            name,
            logDirectory,
            line[0],
            line[1..],
            // The emulator is at a loopback address, which no Installation may name unless it is allowed.
            new Dictionary<string, string?>(environment ?? new Dictionary<string, string?>())
            {
                ["RECONCILER_ALLOW_REMOTE_HOSTS"] = "127.0.0.0/8",
            }));
    }

    /// <summary>The first log event that fulfils the predicate; lines that are not JSON are passed over.</summary>
    public async Task<JsonObject> WaitForEventAsync(Func<JsonObject, bool> predicate, TimeSpan? timeout = null)
    {
        JsonObject? found = null;
        await process.WaitForLineAsync(
            line => Parse(line) is { } log && predicate(log) && (found = log) is not null, timeout);
        return found!;
    }

    /// <summary>The address that the metrics are served on, from the log line that says so.</summary>
    public Task<Uri> MetricsAddressAsync() => AddressAsync("metrics");

    /// <summary>The address that /livez and /readyz are served on, from the log line that says so.</summary>
    public Task<Uri> HealthAddressAsync() => AddressAsync("health");

    /// <summary>Freezes the process in the middle of whatever it does.</summary>
    public void Freeze() => process.Signal(ProcessSignal.Stop);

    public void Thaw() => process.Signal(ProcessSignal.Continue);

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => process.KillAsync();

    /// <summary>SIGTERM; the exit code of a clean stop is 0.</summary>
    public Task<int> StopAsync() => process.StopAsync();

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private async Task<Uri> AddressAsync(string word)
    {
        var line = await process.WaitForLineAsync(
            l => l.Contains(word, StringComparison.OrdinalIgnoreCase) && LoopbackAddress().IsMatch(l));
        return new Uri("http://" + LoopbackAddress().Match(line).Value);
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonNode.Parse(line) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"127\.0\.0\.1:[1-9][0-9]*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LoopbackAddress();
}
