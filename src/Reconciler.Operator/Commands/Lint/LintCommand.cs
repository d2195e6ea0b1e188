using System.CommandLine;
using Reconciler.Operator.Rendering;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands.Lint;

/// <summary><c>reconciler lint</c>: checks manifests offline. Exit 1 when there is an error; warnings do not count.
/// </summary>
internal static class LintCommand
{
    public static Command Create(CommandOptions options, Terminal terminal)
    {
        var files = options.Paths(
            "--file", "-f", "PATH",
            "Manifests: files, directories (recursive), or - for standard input. May be repeated.");
        var output = options.Text("--output", "FORMAT", "text or json.", "text");
        output.Aliases.Add("-o");
        output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("lint", "Check manifests and module data without any remote.") { files, output };
        command.SetAction(parsed => Run(parsed.GetValue(files)!, parsed.GetValue(output) == "json", terminal));
        return command;
    }

    private static int Run(string[] files, bool asJson, Terminal terminal)
    {
        var problems = new List<ManifestException>();
        var manifests = ManifestLoader.Load(files, terminal.Input, problems);
        var findings = Linter.Check(manifests, problems);
        var view = new LintView(terminal.Output, terminal.HasColors);
        if (asJson)
        {
            view.Json(findings, manifests.Modules.Length);
        }
        else
        {
            view.Text(findings, manifests.Modules.Length);
        }

        return findings.Any(finding => finding.IsError) ? ExitCode.Failed : ExitCode.Done;
    }
}
