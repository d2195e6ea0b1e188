using System.CommandLine;
using System.Globalization;
using Reconciler.Operator.Hosting;

namespace Reconciler.Operator.Commands;

/// <summary><c>reconciler run</c>: the operator, in a cluster or with <c>--kubeconfig</c>.</summary>
internal static class RunCommand
{
    /// <param name="verbose">The option of all commands; here it also logs every pass.</param>
    public static Command Create(CommandOptions options, Terminal terminal, Option<bool> verbose)
    {
        var scope = new ScopeArguments(options);
        var elect = options.Parsed<Election>(
            "--leader-elect", "true or false", null, "Elect one active replica. Default: true in a cluster.", Choice);
        elect.Arity = ArgumentArity.ZeroOrOne;
        var leaseNamespace = options.Text(
            "--lease-namespace", "NS", "Namespace of the Lease. Default: the pod's own, or that of the context.");
        var leaseDuration = options.Duration("--lease-duration", "15s", "How long a vanished leader keeps its lease.");
        var concurrency = options.Parsed<int>(
            "--concurrency", "N", "10",
            "Installations reconciled at the same time; up to four times as many slow ones beside them.", Workers);
        var metrics = options.Parsed<BindAddress>(
            "--metrics-bind", "HOST:PORT", "0.0.0.0:8080", "Address of /metrics; port 0 picks one.", Address);
        var health = options.Parsed<BindAddress>(
            "--health-bind", "HOST:PORT", "0.0.0.0:8081",
            "Address of /healthz and /readyz; port 0 picks one.", Address);
        var grace = options.Duration("--shutdown-grace", "20s", "How long running passes may take to end on SIGTERM.");
        var format = options.Parsed<LogFormat>(
            "--log-format", "FORMAT", "auto", "auto, json or text. Auto: text on a terminal, else json.", Format);
        var remotes = new RemoteArguments(options);
        var observation = new ObservationArguments(options, terminal.Variable);
        var command = new Command("run", "Run the operator: in a cluster, or against one with --kubeconfig.")
        {
            elect, leaseNamespace, leaseDuration, concurrency, metrics, health, grace,
            format,
        };
        scope.AddTo(command);
        remotes.AddTo(command);
        observation.AddTo(command);
        var intake = new IntakeArguments(command, terminal.Variable);
        var console = new ConsoleArguments(command, terminal.Variable);
        command.SetAction((parsed, cancellationToken) => OperatorHost.RunAsync(
            scope.Read(parsed, remotes.Read(parsed, observation.Read(parsed, new OperatorOptions
            {
                LeaderElect = parsed.GetValue(elect) switch
                {
                    Election.Yes => true,
                    Election.No => false,
                    _ => null,
                },
                LeaseNamespace = parsed.GetValue(leaseNamespace),
                LeaseDuration = parsed.GetValue(leaseDuration),
                Concurrency = parsed.GetValue(concurrency),
                MetricsBind = parsed.GetValue(metrics)!,
                HealthBind = parsed.GetValue(health)!,
                ShutdownGrace = parsed.GetValue(grace),
                LogFormat = parsed.GetValue(format),
                Intake = intake.Read(parsed),
                Console = console.Read(parsed),
                Verbose = parsed.GetValue(verbose),
            }))),
            terminal.IsInteractive,
            cancellationToken));
        return command;
    }

    private static bool Address(string text, out BindAddress value) => BindAddress.TryParse(text, out value!);

    private static bool Workers(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value is > 0 and <= 1000;

    private static bool Format(string text, out LogFormat value) =>
        Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value) && !char.IsDigit(text[0]);

    // Without a value the option means true, as a flag does.
    private static bool Choice(string text, out Election value)
    {
        var isBool = bool.TryParse(text, out var parsed);
        value = text.Length == 0 || parsed ? Election.Yes : Election.No;
        return text.Length == 0 || isBool;
    }

    // An enumeration, since the parser reads the value of a Boolean option as the next argument when it is not one.
    private enum Election
    {
        ByPlace,
        Yes,
        No,
    }
}
