using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Hosting;
using Reconciler.Operator.Intake;
using Reconciler.TestKit;
using Reconciler.TestKit.Api;

namespace Reconciler.Operator.Tests.Intake;

/// <summary>The intake over real HTTP, between a fake API server and a key server; all it logs is kept.</summary>
internal sealed class IntakeWorld : IAsyncDisposable, ILoggerProvider
{
    public const string Namespace = "forge-system";
    public const string SecretName = "forge-token-" + TestIssuer.TenantUuid;

    private static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>The clock stands still here: no test depends on how fast it runs.</summary>
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PrometheusExporter _metrics = new();
    private readonly CancellationTokenSource _end = new();
    private readonly KubernetesClient _client;
    private readonly HttpMessageInvoker _keyClient;
    private readonly ILoggerFactory _loggers;
    private readonly ForgeIntake _intake;
    private readonly Task _watch;
    private IntakeServer _server = null!;

    private IntakeWorld(FakeApiServer api, IntakeOptions options, string[] served)
    {
        Api = api;
        Secrets = api.Serve("v1", "secrets", "Secret", hasStatus: false);
        Keys = new(() => Issuer.PublicKeys());
        _keyClient = new(Keys);
        _loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(this));
        _client = new(
            new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false }), api.Address,
            new ClusterConfig { Origin = "test", Server = api.Address }.Credential, new(), TimeProvider.System);
        _intake = new(
            options, _client, Namespace, [.. served], _keyClient, new ManualTimeProvider(Now), () => 0.5, _loggers);
        _intake.Tokens.OnChange(Changes.Enqueue);
        _watch = _intake.WatchAsync(_end.Token);
    }

    public FakeApiServer Api { get; }

    public FakeCollection Secrets { get; }

    public TestIssuer Issuer { get; } = new();

    public KeyServer Keys { get; }

    /// <summary>Tenants whose token came or changed, as the control loop is told.</summary>
    public ConcurrentQueue<string> Changes { get; } = new();

    public ConcurrentQueue<string> Logs { get; } = new();

    public ForgeIntake Intake => _intake;

    public IPEndPoint Address => _server.Address;

    public int Writes => Api.Requests.Count(request => request.IsWrite);

    public static IntakeOptions Options => new()
    {
        Bind = new(IPAddress.Loopback, 0),
        AppIds = [TestIssuer.App],
        KeysAddress = new("https://keys.example/jwks.json"),
        IsolatedKeysTemplate = "https://keys.{icLabel}.example/jwks.json",
        RequestTimeout = TimeSpan.FromSeconds(60),
    };

    public static async Task<IntakeWorld> StartAsync(IntakeOptions? options = null, params string[] served)
    {
        var world = new IntakeWorld(await FakeApiServer.StartAsync(), options ?? Options, served);
        world._server = await world._intake.ServeAsync(
            () => throw new InvalidOperationException("No discovery here."), CancellationToken.None);
        await world.Api.WhenWatchingAsync();
        return world;
    }

    public async Task<int> CallAsync(
        string? fit, string? systemToken = null, string body = "{}", HttpMethod? method = null,
        string? forwardedFor = null)
    {
        using var request = new HttpRequestMessage(
            method ?? HttpMethod.Post, new Uri($"http://{Address}/forge/lifecycle"));
        if (fit is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {fit}");
        }

        if (systemToken is not null)
        {
            request.Headers.TryAddWithoutValidation("x-forge-oauth-system", systemToken);
        }

        if (forwardedFor is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        }

        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        using var response = await Http.SendAsync(request, CancellationToken.None);
        Answers.Enqueue(response + Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()));
        return (int)response.StatusCode;
    }

    public ConcurrentQueue<string> Answers { get; } = new();

    /// <summary>The stored token; null when there is none.</summary>
    public string? Stored(string name = SecretName) =>
        Secrets.Get(name, Namespace)?["data"]?["token"]?.GetValue<string>() is { } encoded
            ? Encoding.ASCII.GetString(Convert.FromBase64String(encoded))
            : null;

    public JsonObject Annotations() =>
        Secrets.Get(SecretName, Namespace)!["metadata"]!["annotations"]!.AsObject();

    public string Metrics() => _metrics.Render();

    public ILogger CreateLogger(string categoryName) => new LineLog(Logs);

    public void Dispose()
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _end.Cancel();
        await _watch;
        _intake.Dispose();
        _client.Dispose();
        _keyClient.Dispose();
        _metrics.Dispose();
        Issuer.Dispose();
        await Api.DisposeAsync();
        _end.Dispose();
    }

    private sealed class LineLog(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
