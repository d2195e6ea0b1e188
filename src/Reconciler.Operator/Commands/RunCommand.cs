using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Reconciler.Operator.Hosting;

namespace Reconciler.Operator.Commands;

/// <summary>
/// <c>reconciler run</c>: the operator, in a cluster or with <c>--kubeconfig</c>. Every option has a variable,
/// <c>RECONCILER_</c> and the option's name in capitals; the option wins.
/// </summary>
internal static class RunCommand
{
#pragma warning disable RS0030 // A command may ask what it writes to.
    private static bool IsTerminal => !Console.IsOutputRedirected;
#pragma warning restore RS0030

    public static Command Create()
    {
        var command = new Command("run", "Run the operator: in a cluster, or against one with --kubeconfig.");
        var kubeconfig = Text(
            "--kubeconfig", "FILE", "Kubeconfig to use. Default: in-cluster, $KUBECONFIG, ~/.kube/config.");
        var context = Text("--context", "NAME", "Context of the kubeconfig. Default: its current one.");
        var namespaces = Namespaces();
        var leaderElect = new Option<bool?>("--leader-elect")
        {
            Description = "Elect one active replica by a Lease. Default: true in a cluster, false elsewhere.",
            DefaultValueFactory = _ => Variable("--leader-elect") is { } text ? bool.Parse(text) : null,
        };
        var leaseNamespace = Text(
            "--lease-namespace", "NS", "Namespace of the Lease. Default: the pod's own, else default.");
        var leaseDuration = Parsed<TimeSpan>(
            "--lease-duration", "15s", "How long a vanished leader keeps its lease.", Seconds);
        var concurrency = Parsed<int>(
            "--concurrency", "10", "Installations reconciled at the same time.", PositiveCount);
        var metrics = Parsed<BindAddress>(
            "--metrics-bind", "0.0.0.0:8080", "Address of /metrics; port 0 picks one.", Address);
        var health = Parsed<BindAddress>(
            "--health-bind", "0.0.0.0:8081", "Address of /healthz and /readyz; port 0 picks one.", Address);
        var grace = Parsed<TimeSpan>(
            "--shutdown-grace", "20s", "How long running passes may take to end on SIGTERM.", Seconds);
        var format = Parsed<LogFormat>(
            "--log-format", "auto", "auto, json or text. Auto: text on a terminal, else json.", Format);
        var insecure = Flag("--allow-insecure-remote", "Accept plain http to remotes that are not loopback hosts.");
        var verbose = Flag("--verbose", "Log every pass.");
        foreach (var option in new Option[]
        {
            kubeconfig, context, namespaces, leaderElect, leaseNamespace, leaseDuration, concurrency, metrics, health,
            grace, format, insecure, verbose,
        })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => OperatorHost.RunAsync(
            new OperatorOptions
            {
                Kubeconfig = parsed.GetValue(kubeconfig),
                Context = parsed.GetValue(context),
                Namespaces = [.. parsed.GetValue(namespaces) ?? []],
                LeaderElect = parsed.GetValue(leaderElect),
                LeaseNamespace = parsed.GetValue(leaseNamespace),
                LeaseDuration = parsed.GetValue(leaseDuration),
                Concurrency = parsed.GetValue(concurrency),
                MetricsBind = parsed.GetValue(metrics)!,
                HealthBind = parsed.GetValue(health)!,
                ShutdownGrace = parsed.GetValue(grace),
                LogFormat = parsed.GetValue(format),
                AllowInsecureRemote = parsed.GetValue(insecure),
                Verbose = parsed.GetValue(verbose),
            },
            IsTerminal,
            cancellationToken));
        return command;
    }

    private static string? Variable(string option)
    {
        var name = "RECONCILER_" + option.TrimStart('-').Replace('-', '_').ToUpperInvariant();
        var value = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    private static Option<string?> Text(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => Variable(name),
    };

    private static Option<string[]> Namespaces() => new("--namespace", "-n")
    {
        Description = "Namespace to serve; may be repeated. Default: all.",
        HelpName = "NS",
        DefaultValueFactory = _ => Variable("--namespace")?
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
    };

    private static Option<bool> Flag(string name, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => Variable(name) is { } text && bool.Parse(text),
    };

    private static Option<T> Parsed<T>(string name, string standard, string description, Parser<T> parser)
    {
        T Parse(ArgumentResult result, string text)
        {
            if (parser(text, out var value))
            {
                return value;
            }

            result.AddError($"{name}: '{text}' cannot be used; expected something like '{standard}'.");
            return default!;
        }

        return new(name)
        {
            Description = $"{description} [default: {standard}]",
            DefaultValueFactory = result => Parse(result, Variable(name) ?? standard),
            CustomParser = result => Parse(result, result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value),
        };
    }

    private static bool Address(string text, out BindAddress value) => BindAddress.TryParse(text, out value!);

    private static bool PositiveCount(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value is > 0 and <= 1000;

    private static bool Format(string text, out LogFormat value) =>
        Enum.TryParse(text, ignoreCase: true, out value) && !char.IsDigit(text[0]);

    private static bool Seconds(string text, out TimeSpan value)
    {
        var number = text.EndsWith('s') ? text[..^1] : text;
        var valid = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= 3600;
        value = TimeSpan.FromSeconds(seconds);
        return valid;
    }

    private delegate bool Parser<T>(string text, out T value);
}
