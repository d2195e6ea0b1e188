using System.CommandLine;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands;

/// <summary>The commands, and the one place where a failure becomes a line and an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, Terminal terminal, Composition composition,
        CancellationToken cancellationToken)
    {
        var options = new CommandOptions(terminal.Variable);
        var verbose = options.Flag("--verbose", "Show the trace of an error.");
        verbose.Recursive = true;
        var root = new RootCommand("Keeps the dynamic modules of Atlassian apps equal to their manifests.")
        {
            verbose,
            PlanCommand.Create(options, terminal, composition),
            ApplyCommand.Create(options, terminal, composition),
            RunCommand.Create(options, terminal, verbose),
            DemoCommand.Create(options, terminal, composition),
            EmulatorCommand.Create(options, terminal),
            MigrateCommand.Create(options, terminal, composition),
            Why.WhyCommand.Create(options, terminal, composition),
            Lint.LintCommand.Create(options, terminal),
            Doctor.DoctorCommand.Create(options, terminal, composition),
            Uninstall.UninstallCommand.Create(options, terminal, composition),
        };

        var parsed = root.Parse([.. arguments]);
        if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            await WriteErrorsAsync(parsed, terminal);
            return ExitCode.Failed;
        }

        var configuration = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            // A cancelled pass still writes down what it knows, and --shutdown-grace may be long: the commands end by
            // themselves, the process must not be ended under them.
            ProcessTerminationTimeout = TimeSpan.FromMinutes(10),
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception failure)
        {
            await terminal.Error.WriteLineAsync($"error: {Explain(failure)}");
            if (parsed.GetValue(verbose))
            {
                await terminal.Error.WriteLineAsync(failure.ToString());
            }

            return ExitCode.Failed;
        }
    }

    private static async Task WriteErrorsAsync(ParseResult parsed, Terminal terminal)
    {
        var command = string.Join(' ', CommandsOf(parsed));
        foreach (var error in parsed.Errors)
        {
            await terminal.Error.WriteLineAsync($"error: {OneLine(error.Message).TrimEnd('.')}; see {command} --help");
        }
    }

    private static IEnumerable<string> CommandsOf(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand
            ? ["reconciler"]
            : ["reconciler", parsed.CommandResult.Command.Name];

    private static string Explain(Exception failure) => failure switch
    {
        CommandException or ManifestException => OneLine(failure.Message),
        OperationCanceledException =>
            "interrupted: what was sent is in the ledger, the next run goes on from there",
        _ => $"unexpected {failure.GetType().Name}: {OneLine(failure.Message)}; run with --verbose and report it",
    };

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
