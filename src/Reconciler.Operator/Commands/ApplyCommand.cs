using System.CommandLine;
using Reconciler.Operator.Rendering;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands;

/// <summary><c>reconciler apply</c>: converges without a cluster. Exit 0 when all is in sync, else 1.</summary>
internal static class ApplyCommand
{
    public static Command Create(CommandOptions options, Terminal terminal, Composition composition)
    {
        var local = new LocalOptions(options);
        var yes = options.Flag("--yes", "Do not ask.");
        var approve = options.Text("--approve", "HASH", "Approve the plan of this hash, where a policy wants it.");
        var timeout = options.Duration("--timeout", "10m", "How long to go on while there is something to wait for.");
        var command = new Command("apply", "Register, update and delete modules until the remote equals the manifests.")
        {
            yes, approve, timeout,
        };
        local.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            local.Read(parsed) with
            {
                Yes = parsed.GetValue(yes),
                Approve = parsed.GetValue(approve),
                Timeout = parsed.GetValue(timeout),
            },
            terminal, composition, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        LocalRequest request, Terminal terminal, Composition composition, CancellationToken cancellationToken)
    {
        var manifests = ManifestLoader.Load(request.Files, terminal.Input);
        await Warnings.WriteAsync(manifests, terminal);
        using var writer = StateLock.Take(request.StateDirectory, composition.NewId);
        using var transport = composition.NewTransport();
        var installations = LocalInstallation.OpenAll(
            manifests, request, terminal, composition, composition.NewRegistries(transport), writer);
        var paper = new Paper(terminal.Output, terminal.HasColors);
        if (!request.Yes)
        {
            await ConfirmAsync(installations, paper, terminal, request, cancellationToken);
        }

        var run = new ApplyRun(new ApplyView(paper), composition.Time, request.Timeout);
        var succeeded = true;
        foreach (var installation in installations)
        {
            succeeded &= await run.ConvergeAsync(installation, cancellationToken);
        }

        return succeeded ? ExitCode.Done : ExitCode.Failed;
    }

    /// <exception cref="CommandException">Nobody can answer, or the answer is no.</exception>
    private static async Task ConfirmAsync(
        IReadOnlyList<LocalInstallation> installations, Paper paper, Terminal terminal, LocalRequest request,
        CancellationToken cancellationToken)
    {
        var plans = await PlanCommand.PlanAllAsync(installations, cancellationToken);
        new TextPlanView(paper).Show(plans);
        if (PlanTally.Sum(plans) is { Creates: 0, Updates: 0, Deletes: 0 })
        {
            return;
        }

        if (!terminal.IsInteractive || request.Files.Contains("-"))
        {
            throw new CommandException("there are changes and nobody to ask: read the plan and run apply with --yes");
        }

        await terminal.Output.WriteAsync("Apply these changes? [y/N] ");
        await terminal.Output.FlushAsync(cancellationToken);
        if (ReadLine(terminal.Input) is not ("yes" or "y"))
        {
            throw new CommandException("not applied: the answer was not yes");
        }
    }

    private static string ReadLine(Stream input)
    {
        var answer = new List<char>();
        for (var next = input.ReadByte(); next >= 0 && next != '\n' && answer.Count < 16; next = input.ReadByte())
        {
            answer.Add((char)next);
        }

        return string.Concat(answer).Trim().ToLowerInvariant();
    }
}
