using System.Net.Http.Headers;
using System.Text;
using Reconciler.Emulator.Settings;
using Reconciler.TestKit;

namespace Reconciler.Emulator.Tests.Support;

/// <summary>A running emulator and a plain client that knows nothing but HTTP.</summary>
internal sealed class Remote : IAsyncDisposable
{
    public const string V2 = "/forge/installation/v2/dynamic/module";

    public const string Trigger =
        """{"type":"trigger","data":{"events":["avi:jira:updated:issue"],"endpoint":"some-endpoint"}}""";

    private readonly HttpMessageInvoker _http;

    private Remote(EmulatorServer server, ManualTimeProvider? clock, HttpMessageHandler? handler = null)
    {
        _http = new HttpMessageInvoker(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false });
        Server = server;
        Clock = clock ?? new ManualTimeProvider();
    }

    public EmulatorServer Server { get; }

    /// <summary>Moves the emulator only when it was started with it.</summary>
    public ManualTimeProvider Clock { get; }

    public static Task<Remote> StartAsync(Func<EmulatorSettings, EmulatorSettings>? knobs = null) =>
        StartAsync(new EmulatorOptions { Seed = 7, Settings = (knobs ?? (same => same))(new EmulatorSettings()) });

    /// <summary>The emulator's time stands still until the test moves it.</summary>
    public static async Task<Remote> StartFrozenAsync(Func<EmulatorSettings, EmulatorSettings>? knobs = null)
    {
        ManualTimeProvider clock = new();
        EmulatorSettings settings = (knobs ?? (same => same))(new EmulatorSettings());
        EmulatorOptions options = new() { Seed = 7, TimeProvider = clock, Settings = settings };
        return new Remote(await EmulatorServer.StartAsync(options), clock);
    }

    public static async Task<Remote> StartAsync(EmulatorOptions options) =>
        new(await EmulatorServer.StartAsync(options), clock: null);

    public static async Task<Remote> StartAsync(HttpMessageHandler handler) =>
        new(await EmulatorServer.StartAsync(new EmulatorOptions { Seed = 7 }), clock: null, handler);

    public Task<Reply> PostAsync(string body = Trigger) => SendAsync("POST", V2 + "/", body);

    public Task<Reply> PutAsync(string key, string body = Trigger) => SendAsync("PUT", $"{V2}/{key}", body);

    public Task<Reply> GetAsync(string key) => SendAsync("GET", $"{V2}/{key}");

    public Task<Reply> ListAsync(string query = "") => SendAsync("GET", V2 + "/" + query);

    public Task<Reply> DeleteAsync(string key) => SendAsync("DELETE", $"{V2}/{key}");

    public Task<Reply> ControlAsync(string verb, string path, string? body = null) =>
        SendAsync(verb, "/_emulator/" + path, body, authorization: null);

    public async Task<Reply> SendAsync(
        string verb,
        string path,
        string? body = null,
        string? authorization = "Bearer " + EmulatorOptions.DefaultToken,
        CancellationToken ct = default,
        params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(new HttpMethod(verb), new Uri(Server.BaseUrl, path));
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using HttpResponseMessage response = await _http.SendAsync(request, ct);
        return await Reply.ReadAsync(response, ct);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }
}
