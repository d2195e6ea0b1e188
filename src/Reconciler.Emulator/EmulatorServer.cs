using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Reconciler.Emulator.Control;
using Reconciler.Emulator.Endpoints;
using Reconciler.Emulator.Faults;
using Reconciler.Emulator.Hosting;
using Reconciler.Emulator.Lifecycle;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.State;

namespace Reconciler.Emulator;

/// <summary>
/// The remote APIs in memory, served over HTTP. What the control endpoints offer is here as methods, too. It prints
/// nothing and installs no signal handlers; disposing it ends every open request.
/// </summary>
public sealed class EmulatorServer : IAsyncDisposable
{
    private readonly WebApplication? _app;

    private readonly EmulatedCloud _cloud;

    private readonly Exchange _exchange;

    private readonly InvocationPump _pump;

    private readonly ControlApi _control;

    private EmulatorServer(WebApplication? app, EmulatedCloud cloud, Exchange exchange, InvocationPump pump)
    {
        _app = app;
        _cloud = cloud;
        _exchange = exchange;
        _pump = pump;
        _control = new ControlApi(cloud, pump);
        BaseUrl = app is null ? new Uri("http://emulator.invalid/") : new Uri(Addresses(app).First());
        cloud.Address = BaseUrl;
    }

    /// <summary>The first address, with the port that was really taken.</summary>
    public Uri BaseUrl { get; }

    public EmulatorSettings Settings => Read(() => _cloud.Settings);

    public static async Task<EmulatorServer> StartAsync(
        EmulatorOptions? options = null, CancellationToken ct = default)
    {
        options ??= new EmulatorOptions();
        EmulatedCloud cloud = new(options);
        Exchange exchange = new(cloud, RemoteApis.All);
        InvocationPump pump = new(cloud);
        HttpFront front = new(cloud, exchange, new ControlApi(cloud, pump));

        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls([.. options.Urls]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        WebApplication app = builder.Build();
        app.Run(front.HandleAsync);
        await app.StartAsync(ct);
        return new EmulatorServer(app, cloud, exchange, pump);
    }

    /// <summary>An emulator that listens nowhere; reach it through <see cref="CreateHandler"/>.</summary>
    public static EmulatorServer InMemory(EmulatorOptions? options = null)
    {
        EmulatedCloud cloud = new(options ?? new EmulatorOptions());
        return new EmulatorServer(app: null, cloud, new Exchange(cloud, RemoteApis.All), new InvocationPump(cloud));
    }

    /// <summary>
    /// Answers without sockets and threads: the same requests under the same clock and seed replay exactly.
    /// </summary>
    public HttpMessageHandler CreateHandler() => new InMemoryHandler(_cloud, _exchange, _control);

    public EmulatorSnapshot Snapshot() => Read(() => SnapshotBuilder.Take_Locked(_cloud));

    /// <summary>The request log, oldest first.</summary>
    public IReadOnlyList<RequestLogEntry> Requests() =>
        Read(() => (IReadOnlyList<RequestLogEntry>)[.. _cloud.Log.Entries]);

    /// <summary>The modules of one API of one installation, oldest first.</summary>
    public IReadOnlyList<StoredModule> Modules(
        string installation = EmulatorOptions.DefaultInstallation, ModuleApi api = ModuleApi.ForgeV2) =>
        Read(() => (IReadOnlyList<StoredModule>)[.. _cloud.Find(installation)?.Store(api).Current.Modules ?? []]);

    public void Configure(Func<EmulatorSettings, EmulatorSettings> change) =>
        Write(() => _cloud.Settings = change(_cloud.Settings));

    /// <exception cref="ArgumentException">The rule could never do what it says.</exception>
    public FaultRule AddFault(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return FaultRuleCheck.Explain(rule) is { } reason
            ? throw new ArgumentException(reason, nameof(rule))
            : Read(() => _cloud.Faults.Add(rule));
    }

    public void ClearFaults() => Write(_cloud.Faults.Clear);

    public void ClearRequests() => Write(_cloud.Log.Clear);

    /// <summary>A write by somebody else than the app under test: no checks, no quota, no log entry.</summary>
    /// <param name="write">What they do.</param>
    public StoredModule? Foreign(ForeignWrite write) => Read(() => ForeignWriter.Apply_Locked(_cloud, write));

    /// <summary>Completes as soon as the condition holds for a state and the log at the same instant.</summary>
    public Task WaitAsync(
        Func<EmulatorSnapshot, IReadOnlyList<RequestLogEntry>, bool> condition, CancellationToken ct) =>
        _cloud.WaitAsync(() => condition(SnapshotBuilder.Take_Locked(_cloud), _cloud.Log.Entries), ct);

    public async ValueTask DisposeAsync()
    {
        _exchange.Stop();
        if (_app is not null)
        {
            // Open requests are cut: a hanging one would hold the stop for ever.
            using CancellationTokenSource impatient = new();
            impatient.Cancel();
            await _app.StopAsync(impatient.Token);
            await _app.DisposeAsync();
        }

        _pump.Dispose();
        _cloud.Signer.Dispose();
        _cloud.InstallSigner.Dispose();
    }

    private static ICollection<string> Addresses(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;

    private T Read<T>(Func<T> read)
    {
        lock (_cloud.Gate)
        {
            return read();
        }
    }

    private void Write(Action write)
    {
        lock (_cloud.Gate)
        {
            write();
            _cloud.Announce_Locked();
        }
    }
}
