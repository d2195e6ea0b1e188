using System.CommandLine;
using Reconciler.Operator.Rendering;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands;

/// <summary><c>reconciler plan</c>: the diff, with nothing written anywhere. Exit 0 none, 2 changes, 1 error.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandOptions options, Terminal terminal, Composition composition)
    {
        var local = new LocalOptions(options);
        var output = options.Text("--output", "FORMAT", "text or json (docs/plan-json.md).", "text");
        output.Aliases.Add("-o");
        output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("plan", "Show what apply would change. Exit code: 0 nothing, 2 changes, 1 error.")
        {
            output,
        };
        local.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            local.Read(parsed), View(parsed.GetValue(output)!, terminal), terminal, composition, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        LocalRequest request, IPlanView view, Terminal terminal, Composition composition,
        CancellationToken cancellationToken)
    {
        var manifests = ManifestLoader.Load(request.Files, terminal.Input);
        await Warnings.WriteAsync(manifests, terminal);
        using var transport = composition.NewTransport();
        var installations = LocalInstallation.OpenAll(
            manifests, request, terminal, composition, composition.NewRegistries(transport), writer: null);
        var plans = await PlanAllAsync(installations, cancellationToken);
        view.Show(plans);
        return PlanTally.Sum(plans).IsEmpty ? ExitCode.Done : ExitCode.Changes;
    }

    internal static async Task<List<InstallationPlan>> PlanAllAsync(
        IEnumerable<LocalInstallation> installations, CancellationToken cancellationToken)
    {
        var plans = new List<InstallationPlan>();
        foreach (var installation in installations)
        {
            plans.Add(installation.PlanOf(await installation.PlanAsync(cancellationToken)));
        }

        return plans;
    }

    private static IPlanView View(string format, Terminal terminal) => format == "json"
        ? new JsonPlanView(terminal.Output)
        : new TextPlanView(new Paper(terminal.Output, terminal.HasColors));
}
