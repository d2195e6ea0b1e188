using System.Globalization;
using System.Text.Json.Nodes;

namespace Reconciler.TestKit.Processes;

/// <summary>
/// The emulator's control endpoints (/_emulator/*), for one installation. It speaks JSON over the wire and shares no
/// types with the emulator, in this process or in another.
/// </summary>
public sealed record EmulatorClient(Uri BaseUrl)
{
    /// <summary>The token that a fresh emulator accepts, and the installation that it opens.</summary>
    public const string DefaultToken = "emulator-token";

    public const string DefaultInstallation =
        "ari:cloud:ecosystem::installation/00000000-0000-4000-8000-000000000001";

    public string Installation { get; init; } = DefaultInstallation;

    /// <summary>Name of the store: v2, v1, connectJira or connectConfluence.</summary>
    public string Store { get; init; } = "v2";

    /// <summary>The modules that the remote holds, oldest first: key, type, data, revision, foreign.</summary>
    public async Task<IReadOnlyList<JsonNode>> ModulesAsync()
    {
        var state = await SendAsync(HttpMethod.Get, $"state?installation={Escaped(Installation)}");
        return [.. state!["installations"]![0]!["modules"]![Store]!.AsArray().Select(module => module!)];
    }

    /// <summary>Logged requests after a sequence number: seq, time, verb, path, status, committed, key, body.</summary>
    public async Task<IReadOnlyList<JsonNode>> RequestsAsync(long since = 0, string? verb = null)
    {
        var ofVerb = verb is null ? "" : $"&verb={verb}";
        var answer = await SendAsync(
            HttpMethod.Get, $"requests?since={since}&installation={Escaped(Installation)}{ofVerb}");
        return [.. answer!["requests"]!.AsArray().Select(request => request!)];
    }

    /// <summary>Requests that may change something, after a sequence number.</summary>
    public async Task<IReadOnlyList<JsonNode>> WritesAsync(long since = 0) =>
        [.. (await RequestsAsync(since)).Where(r => r["verb"]!.GetValue<string>() is not "GET")];

    public async Task<long> LastSeqAsync() =>
        (await SendAsync(HttpMethod.Get, "requests?since=999999999"))!["lastSeq"]!.GetValue<long>();

    /// <summary>Sets knobs; the others keep their values.</summary>
    public Task ConfigureAsync(string settings) => SendAsync(HttpMethod.Put, "settings", settings);

    /// <summary>Adds one fault rule, or an array of them.</summary>
    public Task AddFaultAsync(string rule) => SendAsync(HttpMethod.Post, "faults", rule);

    public Task ClearFaultsAsync() => SendAsync(HttpMethod.Delete, "faults");

    /// <summary>Registers a module as another actor does, and returns it.</summary>
    public async Task<JsonNode> AddForeignAsync(string type, string data) =>
        (await SendAsync(HttpMethod.Post, $"modules?{Target()}", $$"""{"type":"{{type}}","data":{{data}}}"""))!;

    /// <summary>Changes the data of a module as another actor does.</summary>
    public Task ChangeAsync(string key, string data) =>
        SendAsync(HttpMethod.Put, $"modules/{Escaped(key)}?{Target()}", $$"""{"data":{{data}}}""");

    /// <summary>Deletes a module as another actor does.</summary>
    public Task DeleteAsync(string key) => SendAsync(HttpMethod.Delete, $"modules/{Escaped(key)}?{Target()}");

    /// <summary>Makes the emulator accept a further token for the installation.</summary>
    public Task AddTokenAsync(string token) =>
        SendAsync(HttpMethod.Post, "tokens", $$"""{"token":"{{token}}","installation":"{{Installation}}"}""");

    /// <summary>Waits until the remote holds so many modules.</summary>
    public Task WaitForModulesAsync(int count) => WaitAsync($"modules={count}");

    /// <summary>Waits until so many requests of a verb came after a sequence number.</summary>
    public Task WaitForRequestsAsync(int count, string verb, long since = 0) =>
        WaitAsync($"requests={count}&verb={verb}&since={since}");

    /// <summary>Waits until so many requests of any installation came after a sequence number.</summary>
    public async Task WaitForTrafficAsync(int count, long since)
    {
        var limit = ((long)ProcessTimeouts.State.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        await SendAsync(HttpMethod.Get, $"wait?requests={count}&since={since}&timeoutMs={limit}");
    }

    private Task WaitAsync(string goal)
    {
        var limit = ((long)ProcessTimeouts.State.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        return SendAsync(
            HttpMethod.Get, $"wait?{goal}&installation={Escaped(Installation)}&store={Store}&timeoutMs={limit}");
    }

    private async Task<JsonNode?> SendAsync(HttpMethod method, string path, string? json = null)
    {
        var (status, body) = await LoopbackHttp.SendAsync(
            method, new Uri(BaseUrl, "/_emulator/" + path), json, ProcessTimeouts.State + ProcessTimeouts.Exit);
        return status is >= 200 and < 300
            ? body.Length == 0 ? null : JsonNode.Parse(body)
            : throw new InvalidOperationException($"{method} /_emulator/{path} answered {status}: {body}");
    }

    private string Target() => $"installation={Escaped(Installation)}&api={Store}";

    private static string Escaped(string text) => Uri.EscapeDataString(text);
}
