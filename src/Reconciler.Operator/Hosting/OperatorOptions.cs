using System.Collections.Immutable;
using System.Net;
using Reconciler.Atlassian;
using Reconciler.Operator.Console;
using Reconciler.Operator.Intake;

namespace Reconciler.Operator.Hosting;

/// <summary>Everything <c>reconciler run</c> can be told (product.md §4). Defaults are those of a
/// Deployment.</summary>
internal sealed record OperatorOptions
{
    /// <summary>Path of a kubeconfig; null: in-cluster, else <c>KUBECONFIG</c>, else the user's own.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Context of the kubeconfig; null: its current one.</summary>
    public string? Context { get; init; }

    /// <summary>Namespaces served; empty: all.</summary>
    public ImmutableArray<string> Namespaces { get; init; } = [];

    /// <summary>The only Secrets that are watched, so that RBAC by resourceNames suffices; empty: all.</summary>
    public ImmutableArray<string> SecretNames { get; init; } = [];

    /// <summary>Whether replicas elect one leader; null: in a cluster yes, elsewhere no.</summary>
    public bool? LeaderElect { get; init; }

    /// <summary>Namespace of the Lease; null: the pod's own, else <c>default</c>.</summary>
    public string? LeaseNamespace { get; init; }

    /// <summary>How long a leader that has vanished keeps its lease.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Installations reconciled at the same time.</summary>
    public int Concurrency { get; init; } = 10;

    public BindAddress MetricsBind { get; init; } = new(IPAddress.Any, 8080);

    public BindAddress HealthBind { get; init; } = new(IPAddress.Any, 8081);

    /// <summary>Accept plain http to remotes that are not loopback hosts.</summary>
    public bool AllowInsecureRemote { get; init; }

    /// <summary>Remotes on loopback hosts are emulators, without lag or late commits: wait less for them.</summary>
    public bool EmulatedRemotes { get; init; }

    /// <summary>Which hosts Installations may name; null: any, as in tests that compose the operator.</summary>
    public RemoteHosts? Hosts { get; init; }

    /// <summary>PEM file of the authorities that remotes are trusted by; null: the system's.</summary>
    public string? RemoteAuthorities { get; init; }

    /// <summary>Where traces and metrics are sent (OTLP); null: nowhere.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>OTLP over gRPC; else over HTTP.</summary>
    public bool OtlpIsGrpc { get; init; }

    /// <summary>Serve <c>/debug</c> beside <c>/metrics</c>.</summary>
    public bool Debug { get; init; }

    /// <summary>How tokens are taken from Forge; null: they are not.</summary>
    public IntakeOptions? Intake { get; init; }

    /// <summary>Where the console is served and how; null: it is not.</summary>
    public ConsoleOptions? Console { get; init; }

    /// <summary>How long passes may take to end after SIGTERM before they are cancelled.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(20);

    public LogFormat LogFormat { get; init; } = LogFormat.Auto;

    public bool Verbose { get; init; }
}

/// <summary>How log lines look. Auto: text on a terminal, else JSON.</summary>
internal enum LogFormat { Auto, Json, Text }
