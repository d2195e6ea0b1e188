using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Reconciler.Atlassian;
using Reconciler.Atlassian.Http;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Leases;
using Reconciler.Operator.Intake;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Hosting;

/// <summary>
/// Runs the operator as a process: builds it, serves probes and metrics, keeps its loops, and ends in order. A loop
/// that ends although nobody asked stops the process, so that a fresh one starts; the cluster being away does not.
/// </summary>
internal static class OperatorHost
{
    /// <returns>0 after an orderly stop; 1 when it could not start or a loop died.</returns>
    public static async Task<int> RunAsync(
        OperatorOptions options, bool isTerminal, CancellationToken stopping)
    {
        using var loggers = OperatorLogging.Create(options.LogFormat, options.Verbose, isTerminal);
        var log = loggers.CreateLogger("Reconciler");
        try
        {
            var time = new SuspendAwareTimeProvider();
            var config = new ClusterConfigLoader(time).Load(options.Kubeconfig, options.Context);
            return await RunAsync(options, config, time, loggers, log, stopping);
        }
        catch (ClusterConfigException exception)
        {
            log.CannotStart(exception.Message);
        }
        catch (IOException exception)
        {
            log.CannotStart($"{exception.Message} Choose another address with the option that names it: "
                + "--metrics-bind, --health-bind, --console-bind or --forge-remote-bind.");
        }
        catch (ManifestException exception)
        {
            log.CannotStart($"--forge-discovery-template: {exception.Message}.");
        }

        return 1;
    }

    private static async Task<int> RunAsync(
        OperatorOptions options, ClusterConfig config, TimeProvider time, ILoggerFactory loggers, ILogger log,
        CancellationToken stopping)
    {
        var identity = NewIdentity();
        using var exporter = new PrometheusExporter();
        using var metrics = new HostMetrics(Version());
        using var telemetry = TelemetryOf(options, identity, log);
        using var client = ClusterConnection.Open(config, Version(), metrics, time);
        var health = new HealthChecks();
        var debug = options.Debug ? new DebugPage() : null;
        await using var probes = await ProbeServer.StartAsync(options, health, exporter, loggers, stopping, debug);
        var authorities = AuthoritiesOf(options);
        var surroundings = RealSurroundings(authorities, options.Hosts);
        // The address of Forge's keys is the operator's own choice, not an Installation's, and no remote: a private
        // authority that remotes are trusted by says nothing about it.
        using var keys = new HttpMessageInvoker(RemoteHandler.Create());
        using var intake = IntakeOf(options, config, client, keys, surroundings, time, loggers);
        using var composition = new OperatorComposition(
            options, config, client, identity, metrics, surroundings, time, loggers, intake?.Tokens);
        log.Starting(
            Version(), identity, composition.Scope, options.Concurrency, composition.ElectsLeader ? "on" : "off",
            config.ToString());
        log.ServingMetrics(probes.Metrics.ToString());
        log.ServingHealth(probes.Health.ToString());
        composition.AddChecks(health);
        debug?.Attach(composition.NewDump());
        await using var server = await ServeAsync(intake, options, composition, log, stopping);
        await using var console = await ConsoleHost.StartAsync(
            options, composition, client, new(Version(), identity, composition.Scope), time, loggers, stopping);

        using var loops = new LoopSet(log);
        console?.AddTo(loops);
        loops.Start("watch", composition.WatchAsync);
        loops.Start("events", composition.RecordEventsAsync);
        loops.Start("trim", new IdleTrim(() => composition.IsBusy, FreeMemory.ReadCommitted, time, () =>
        {
            composition.Rest();
            FreeMemory.GiveBack();
        }).RunAsync);
        if (intake is not null)
        {
            loops.Start("tokens", intake.WatchAsync);
        }

        loops.Start("lead", async end =>
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, end);
            await composition.LeadAsync(either.Token);
            await composition.FlushEventsAsync();
        });
        var died = await loops.WhenOneEndsAsync(stopping);
        log.Stopped();
        return died ? 1 : 0;
    }

    private static ForgeIntake? IntakeOf(
        OperatorOptions options, ClusterConfig config, KubernetesClient client, HttpMessageInvoker keys,
        Surroundings surroundings, TimeProvider time, ILoggerFactory loggers) =>
        options.Intake is { } intake
            ? new(
                intake, client, config.Namespace, options.Namespaces, keys, time, surroundings.NextRandom, loggers)
            : null;

    private static Telemetry? TelemetryOf(OperatorOptions options, string identity, ILogger log)
    {
        if (options.OtlpEndpoint is not { } endpoint)
        {
            return null;
        }

        log.SendingTelemetry(endpoint.GetLeftPart(UriPartial.Authority), options.OtlpIsGrpc ? "gRPC" : "HTTP");
        return new(endpoint, options.OtlpIsGrpc, Version(), identity);
    }

    private static X509Certificate2Collection? AuthoritiesOf(OperatorOptions options)
    {
        if (options.RemoteAuthorities is not { } file)
        {
            return null;
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities.Count > 0
                ? authorities
                : throw new ClusterConfigException($"--remote-ca {file}: no PEM certificate in it.");
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ClusterConfigException($"--remote-ca {file}: cannot be read: {exception.Message}", exception);
        }
    }

    private static async Task<IntakeServer?> ServeAsync(
        ForgeIntake? intake, OperatorOptions options, OperatorComposition composition, ILogger log,
        CancellationToken stopping)
    {
        if (intake is null)
        {
            return null;
        }

        var server = await intake.ServeAsync(() => composition.Cluster, stopping);
        log.ServingIntake(server.Address.ToString(), string.Join(", ", options.Intake!.AppIds));
        return server;
    }

    // The lease's identity must differ between restarts of one pod; its readable half is the pod's name.
    private static string NewIdentity()
    {
#pragma warning disable RS0030 // Composition root: this is where randomness enters.
        return $"{Environment.MachineName}_{Guid.NewGuid():N}";
#pragma warning restore RS0030
    }

    private static Surroundings RealSurroundings(X509Certificate2Collection? authorities, RemoteHosts? hosts)
    {
#pragma warning disable RS0030 // Composition root: this is where randomness enters.
        return new(
            new HttpMessageInvoker(RemoteHandler.Create(authorities, hosts: hosts)), Random.Shared.NextDouble,
            () => Guid.NewGuid().ToString("N"));
#pragma warning restore RS0030
    }

    private static string Version() =>
        typeof(OperatorHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion.Split('+')[0] ?? "0";
}
