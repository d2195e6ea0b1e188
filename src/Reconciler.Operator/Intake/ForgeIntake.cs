using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Control;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Intake;

/// <summary>The composition of the intake: what its parts are made of, on one page.</summary>
internal sealed class ForgeIntake : IDisposable
{
    private readonly IntakeOptions _options;
    private readonly IntakeMetrics _metrics = new();
    private readonly DeliveredTokens _tokens;
    private readonly TokenStore _store;
    private readonly Discovery? _discovery;
    private readonly InvocationVerifier _verifier;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;

    /// <param name="http">For the keys of Forge; owned by the caller.</param>
    /// <param name="served">Namespaces that the operator serves; empty: all.</param>
    /// <exception cref="ManifestException">The discovery template cannot be used.</exception>
    public ForgeIntake(
        IntakeOptions options, KubernetesClient client, string ownNamespace, ImmutableArray<string> served,
        HttpMessageInvoker http, TimeProvider time, Func<double> random, ILoggerFactory loggers)
    {
        (_options, _time, _loggers) = (options, time, loggers);
        var log = loggers.CreateLogger("Intake");
        var tokenNamespace = options.TokenNamespace ?? ownNamespace;
        _tokens = new(
            client, tokenNamespace, options.UsableFrom, time, random, loggers.CreateLogger("Watch"));
        _metrics.Observe(_tokens);
        _store = new(client, _tokens, time, log);
        _discovery = options.DiscoveryTemplate is { } file
            ? DiscoveryOf(file, client, tokenNamespace, served, log)
            : null;
        _verifier = new(options, new KeySource(options, new(http, _metrics, time), time, log), time);
    }

    /// <summary>What the control loop sees of the intake.</summary>
    public IDeliveredTokens Tokens => _tokens;

    /// <summary>Follows the Secrets of the tokens, until cancelled.</summary>
    public Task WatchAsync(CancellationToken end) => _tokens.RunAsync(end);

    /// <exception cref="IOException">The address cannot be bound.</exception>
    public Task<IntakeServer> ServeAsync(Func<ClusterView> cluster, CancellationToken cancellationToken)
    {
        var delivery = new Delivery(new(_time), _store, _discovery, cluster, _metrics);
        var endpoint = new IntakeEndpoint(
            _options, new CallerBudgets(_options.Rates, _time), _verifier, delivery, _metrics, _time);
        return IntakeServer.StartAsync(_options, endpoint, _loggers, cancellationToken);
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _metrics.Dispose();
    }

    private Discovery DiscoveryOf(
        string file, KubernetesClient client, string tokenNamespace, ImmutableArray<string> served, ILogger log)
    {
        var template = DiscoveryTemplate.Parse(file, File.ReadAllBytes(file));
        var inNamespace = template.Namespace ?? tokenNamespace;
        if (!served.IsEmpty && !served.Contains(inNamespace))
        {
            throw new ManifestException(
                $"{file}: Installations would be made in namespace {inNamespace}, which is not served: set "
                + $"metadata.namespace to one that is, or add --namespace {inNamespace}");
        }

        return _tokens.IsUsableFrom(inNamespace)
            ? new(client, template, inNamespace, _options.DiscoveryMax, log)
            : throw new ManifestException(
                $"{file}: Installations in namespace {inNamespace} may not use delivered tokens: add "
                + $"--forge-usable-from {inNamespace}");
    }
}
