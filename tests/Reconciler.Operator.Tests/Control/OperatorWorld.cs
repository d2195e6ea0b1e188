using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Atlassian;
using Reconciler.Emulator;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Console;
using Reconciler.Operator.Control;
using Reconciler.Operator.Hosting;
using Reconciler.Operator.Resources;
using Reconciler.TestKit;
using Reconciler.TestKit.Api;

namespace Reconciler.Operator.Tests.Control;

/// <summary>The whole operator in process, between a fake API server and the emulated remote, over real HTTP.</summary>
internal sealed class OperatorWorld : IAsyncDisposable
{
    public const string Namespace = "team-a";

    private const int LogsLeading = 4;

    // Only a guard: no test waits as long.
    private static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _end = new();
    private readonly List<IDisposable> _ended = [];
    private readonly HostMetrics _metrics = new("test");
    private readonly KubernetesClient _client;
    private readonly ClusterConfig _config;
    private readonly ImmutableArray<string> _namespaces;
    private readonly List<(string Identity, CancellationTokenSource Stop, Task Lead)> _leads = [];
    private readonly TaskCompletionSource _remoteOpen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _remoteHeld = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OperatorComposition? _started;
    private int _passes;
    private bool _holdsRemote;
    private Task[] _loops = [];

    private OperatorWorld(FakeApiServer api, EmulatorServer remote, ImmutableArray<string> namespaces)
    {
        (Api, Remote, _namespaces) = (api, remote, namespaces);
        Installations = api.Serve("reconciler.io/v1alpha1", "installations", "Installation");
        Modules = api.Serve("reconciler.io/v1alpha1", "dynamicmodules", "DynamicModule");
        Ledgers = api.Serve("reconciler.io/v1alpha1", "moduleledgers", "ModuleLedger", hasStatus: false);
        Secrets = api.Serve("v1", "secrets", "Secret", hasStatus: false);
        Events = api.Serve("events.k8s.io/v1", "events", "Event", hasStatus: false);
        api.Serve("v1", "namespaces", "Namespace").Put("kube-system", null);
        _config = new() { Origin = "test", Server = api.Address };
        _client = new(
            new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false }), api.Address, _config.Credential, new(),
            TimeProvider.System);
    }

    public FakeApiServer Api { get; }

    public EmulatorServer Remote { get; }

    public FakeCollection Installations { get; }

    public FakeCollection Modules { get; }

    public FakeCollection Ledgers { get; }

    public FakeCollection Secrets { get; }

    public FakeCollection Events { get; }

    /// <summary>A world whose API server is down until <c>Api.ListenAsync</c>.</summary>
    public static async Task<OperatorWorld> StartDownAsync() =>
        new(FakeApiServer.Down(), await EmulatorServer.StartAsync(), []);

    public static async Task<OperatorWorld> StartAsync(bool started = true, params string[] namespaces)
    {
        var world = new OperatorWorld(
            await FakeApiServer.StartAsync(), await EmulatorServer.StartAsync(), [.. namespaces]);
        if (started)
        {
            world.Start();
        }

        return world;
    }

    /// <summary>The console of the operator that was started with one.</summary>
    public ConsoleHost? Console { get; private set; }

    /// <summary>The probes of the operator that was started last.</summary>
    public HealthChecks Health { get; private set; } = new();

    /// <summary>What <c>/debug</c> of the operator that was started last would show.</summary>
    public DebugDump Dump() => _started!.NewDump();

    /// <summary>Which hosts operators that are started from now on may call; null: any.</summary>
    public RemoteHosts? Hosts { get; set; }

    /// <summary>Longest a pass of operators that are started from now on may take.</summary>
    public TimeSpan PassDeadline { get; set; } = ControlOptions.UsualPassDeadline;

    /// <summary>Takes the log lines of operators that are started from now on.</summary>
    public ILoggerFactory Loggers { get; set; } = NullLoggerFactory.Instance;

    /// <summary>The clock of operators that are started from now on; their requests' time limits stay real.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Starts an operator; after a stop, its successor.</summary>
    public void Start(bool elects = false, string identity = "operator-1")
    {
        var options = Options(elects);
        Run(Compose(options, identity), identity);
    }

    /// <summary>Starts the first operator, under a clock that stands, and waits until it leads: what is applied from
    /// then on is an edit, that is worked on at once. What a first list finds is spread over time.</summary>
    public async Task StartLeadingAsync(
        ManualTimeProvider time, RecordingLog log, bool elects = false, string identity = "operator-1")
    {
        (Time, Loggers) = (time, log);
        Start(elects, identity);
        await log.WhenAsync(LogsLeading);
    }

    /// <summary>From now on a pass freezes at its first request to the remote, which does not even heed its
    /// cancellation; until the world ends.</summary>
    /// <returns>Completes when the first pass has frozen.</returns>
    public Task HoldRemoteAsync()
    {
        _holdsRemote = true;
        return _remoteHeld.Task.WaitAsync(IdleMax);
    }

    /// <summary>Starts an operator that serves a console, on a port of its own choice.</summary>
    public async Task<ConsoleHost> StartWithConsoleAsync(bool elects = false, ConsoleOptions? console = null)
    {
        var options = Options(elects) with { Console = console ?? new() { Bind = new(IPAddress.Loopback, 0) } };
        var composed = Compose(options, "operator-1");
        Console = await ConsoleHost.StartAsync(
            options, composed, _client, new("test", "operator-1", composed.Scope), Time, Loggers, default);
        Run(composed, "operator-1");
        _loops = [Console!.Feed.RunAsync(_end.Token), .. _loops];
        return Console;
    }

    private OperatorOptions Options(bool elects) => new()
    {
        LeaderElect = elects,
        Hosts = Hosts,
        Namespaces = _namespaces,
        HealthBind = new(IPAddress.Loopback, 0),
        MetricsBind = new(IPAddress.Loopback, 0),
    };

    private OperatorComposition Compose(OperatorOptions options, string identity)
    {
        var started = new OperatorComposition(
            options, _config, _client, identity, _metrics, Surroundings(), Time, Loggers);
        _ended.Add(started);
        return started;
    }

    private void Run(OperatorComposition started, string identity)
    {
        var stop = new CancellationTokenSource();
        _started = started;
        Health = new();
        started.AddChecks(Health);
        _loops = [.. _loops, started.WatchAsync(_end.Token), started.RecordEventsAsync(_end.Token)];
        _leads.Add((identity, stop, started.LeadAsync(stop.Token)));
    }

    /// <summary>Waits until the cluster shows it; it is judged at each request.</summary>
    public Task UntilAsync(Func<bool> condition) => Api.WhenAsync(_ => condition());

    public Task UntilReasonAsync(string module, string reason) =>
        UntilAsync(() => ReadyOf(Modules.Get(module, Namespace))?["reason"]?.GetValue<string>() == reason);

    public Task UntilInstallationReasonAsync(string reason, string name = "acme") =>
        UntilAsync(() => ReadyOf(Installations.Get(name, Namespace))?["reason"]?.GetValue<string>() == reason);

    public Task UntilReadyAsync(params string[] modules) =>
        UntilAsync(() => modules.All(module => IsReady(Modules.Get(module, Namespace))));

    /// <summary>Forces a pass and waits until it has ended: what came before it has been seen, and no pass is left to
    /// do.</summary>
    public async Task PassAsync(string name = "acme")
    {
        var token = $"pass-{++_passes}";
        Installations.Edit(name, Namespace, installation =>
        {
            var annotations = installation.Meta()["annotations"] as JsonObject ?? [];
            annotations["reconciler.io/requestedAt"] = token;
            installation.Meta()["annotations"] = annotations.DeepClone();
        });
        await UntilAsync(() =>
            Installations.Get(name, Namespace)?["status"]?["lastHandledReconcileAt"]?.GetValue<string>() == token);
        await UntilIdleAsync();
    }

    /// <summary>Waits until no pass runs or is ready to run, and all events are sent. A status is there before its pass
    /// has ended, and an edit that came while a pass began is followed by one more.</summary>
    public async Task UntilIdleAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        while (_started!.IsBusy)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < IdleMax, "the operator never rests");
            await Task.Yield();
        }

        await _started.FlushEventsAsync();
    }

    public void ApplySecret(
        string token = EmulatorOptions.DefaultToken, string name = "acme-token", string key = "token")
    {
        var secret = FakeObject.Create(name, Namespace);
        secret["data"] = new JsonObject { [key] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(token)) };
        Secrets.Put(secret);
    }

    public void ApplyInstallation(string name = "acme", string? baseUrl = null, Action<JsonObject>? change = null)
    {
        var spec = new JsonObject
        {
            ["api"] = "ForgeV2",
            ["baseUrl"] = baseUrl ?? Remote.BaseUrl.ToString(),
            ["credentials"] = new JsonObject { ["secretRef"] = new JsonObject { ["name"] = $"{name}-token" } },
            ["requestsPerSecond"] = 1000,
        };
        change?.Invoke(spec);
        Installations.Put(name, Namespace, spec);
    }

    public void ApplyModule(
        string name, string endpoint = "e", string installation = "acme", Action<JsonObject>? change = null,
        string inNamespace = Namespace)
    {
        var spec = new JsonObject
        {
            ["installationRef"] = new JsonObject { ["name"] = installation },
            ["type"] = "trigger",
            ["data"] = new JsonObject
            {
                ["events"] = new JsonArray("avi:jira:updated:issue"),
                ["endpoint"] = $"{name}-{endpoint}",
            },
        };
        change?.Invoke(spec);
        if (Modules.Get(name, inNamespace) is null)
        {
            Modules.Put(name, inNamespace, spec);
        }
        else
        {
            Modules.Edit(name, inNamespace, module => module["spec"] = spec);
        }
    }

    /// <summary>Applies all that modules need, and waits until they are ready and the operator is at rest.</summary>
    public async Task ApplyReadyAsync(params string[] modules)
    {
        ApplySecret();
        ApplyInstallation();
        foreach (var module in modules)
        {
            ApplyModule(module);
        }

        await UntilReadyAsync(modules);
        await UntilInstallationReasonAsync("Synced");
        await UntilIdleAsync();
    }

    /// <summary>The key that a module shows, in its status and in its annotation.</summary>
    public (string? InStatus, string? Mirrored) KeysOf(string module)
    {
        var shown = Modules.Get(module, Namespace)!;
        return (
            shown["status"]?["key"]?.GetValue<string>(),
            shown.Meta()["annotations"]?[Wishes.MirroredKey]?.GetValue<string>());
    }

    /// <summary>Requests to the remote that may change something.</summary>
    public IReadOnlyList<string> RemoteWrites() =>
        [.. Remote.Requests().Where(request => request.Verb != "GET").Select(request => request.Verb)];

    /// <summary>Stops the operator of this identity, or all of them; their watches go on until the world ends.
    /// </summary>
    public async Task StopAsync(string? identity = null)
    {
        var leads = _leads.FindAll(one => identity is null || one.Identity == identity);
        leads.ForEach(one => one.Stop.Cancel());
        await Task.WhenAll(leads.Select(one => one.Lead)).WaitAsync(IdleMax);
    }

    public async ValueTask DisposeAsync()
    {
        _remoteOpen.TrySetResult();
        await StopAsync();
        if (Console is not null)
        {
            await Console.DisposeAsync();
        }

        _end.Cancel();
        await Task.WhenAll(_loops.Select(loop => loop.ContinueWith(_ => { }, TaskScheduler.Default)));
        _ended.ForEach(started => started.Dispose());
        _metrics.Dispose();
        _client.Dispose();
        await Remote.DisposeAsync();
        await Api.DisposeAsync();
    }

    public static JsonNode? ReadyOf(JsonObject? resource) =>
        (resource?["status"]?["conditions"] as JsonArray)?
            .FirstOrDefault(condition => condition!["type"]!.GetValue<string>() == "Ready");

    public static string MessageOf(JsonObject? resource) => ReadyOf(resource)?["message"]?.GetValue<string>() ?? "";

    private Surroundings Surroundings()
    {
        var attempts = 0;
        return new(
            new HttpMessageInvoker(new HeldHandler(this)), () => 0.5,
            () => $"attempt-{Interlocked.Increment(ref attempts)}")
        {
            PassDeadline = PassDeadline,
        };
    }

    private static bool IsReady(JsonObject? module) =>
        ReadyOf(module)?["status"]?.GetValue<string>() == "True"
        && module!["status"]!["observedGeneration"]!.GetValue<long>() == module.Meta()["generation"]!.GetValue<long>();

    private sealed class HeldHandler(OperatorWorld world)
        : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (world._holdsRemote)
            {
                world._remoteHeld.TrySetResult();
                await world._remoteOpen.Task;
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
