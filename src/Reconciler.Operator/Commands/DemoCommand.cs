using System.CommandLine;
using Reconciler.Emulator;
using Reconciler.Operator.Rendering;

namespace Reconciler.Operator.Commands;

/// <summary><c>reconciler demo</c>: the whole loop against an emulated remote in this process; no cluster, no network,
/// no account. Exit 0 only if every step was observed at the remote itself.</summary>
internal static class DemoCommand
{
    public static Command Create(CommandOptions options, Terminal terminal, Composition composition)
    {
        var directory = options.Text(
            "--dir", "DIR", "Where manifests and ledger are written. Default: a temporary directory.");
        var keep = options.Flag("--keep", "Keep the temporary directory.");
        var command = new Command("demo", "Show plan, apply, drift and repair against an emulated remote.")
        {
            directory, keep,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(directory), parsed.GetValue(keep), terminal, composition, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string? directory, bool keep, Terminal terminal, Composition composition, CancellationToken cancellationToken)
    {
        var isTemporary = directory is null;
        var path = directory ?? Directory.CreateTempSubdirectory("reconciler-demo-").FullName;
        try
        {
            await using var server = await EmulatorServer.StartAsync(composition.DemoRemote, cancellationToken);
            var paper = new Paper(terminal.Output, terminal.HasColors);
            var story = new DemoStory(server, path, paper, terminal, composition);
            await story.TellAsync(cancellationToken);
            paper.Line(isTemporary && !keep ? "Done." : $"Done. The files are in {path}.");
            return ExitCode.Done;
        }
        finally
        {
            if (isTemporary && !keep)
            {
                Directory.Delete(path, recursive: true);
            }
        }
    }
}
