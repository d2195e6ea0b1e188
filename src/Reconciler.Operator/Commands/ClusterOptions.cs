using System.CommandLine;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Operator.Commands;

/// <summary>The options of commands that read a cluster, and the way to it.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string?> _kubeconfig;
    private readonly Option<string?> _context;

    public ClusterOptions(CommandOptions options)
    {
        _kubeconfig = options.Text(
            "--kubeconfig", "FILE", "Kubeconfig to use. Default: in-cluster, $KUBECONFIG, ~/.kube/config.");
        _context = options.Text("--context", "NAME", "Context of the kubeconfig. Default: its current one.");
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_kubeconfig);
        command.Options.Add(_context);
    }

    public ClusterRequest Read(ParseResult parsed) =>
        new(parsed.GetValue(_kubeconfig), parsed.GetValue(_context));
}

/// <summary>Which cluster was asked for; both null: the one that is found by itself.</summary>
internal sealed record ClusterRequest(string? Kubeconfig, string? Context)
{
    public bool IsNamed => Kubeconfig is not null || Context is not null;

    /// <exception cref="CommandException">There is no usable configuration.</exception>
    public ClusterConfig Load(Terminal terminal, TimeProvider time)
    {
        try
        {
            return new ClusterConfigLoader(
                terminal.Variable, time, ClusterConfigLoader.ServiceAccountDirectory).Load(Kubeconfig, Context);
        }
        catch (ClusterConfigException exception)
        {
            throw new CommandException(exception.Message, exception);
        }
    }

    public static KubernetesClient Open(ClusterConfig config, TimeProvider time) => new(
        ApiTransport.Create(config), config.Server, config.Credential,
        new KubernetesClientOptions { UserAgent = "reconciler/cli", GetAttemptsMax = 1 }, time);
}
