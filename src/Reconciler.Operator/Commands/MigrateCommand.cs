using System.Collections.Immutable;
using System.CommandLine;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Operator.Migration;
using Reconciler.Operator.Rendering;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands;

/// <summary><c>reconciler migrate</c>: moves the modules of one installation to another API (docs/migrate.md). Exit 0
/// when all are moved, 1 when one cannot be, 2 in a dry run that found something to move.</summary>
internal static class MigrateCommand
{
    public static Command Create(CommandOptions options, Terminal terminal, Composition composition)
    {
        var from = options.Paths("--from", null, "PATH", "Manifests of the old Installation and its DynamicModules.");
        var to = options.Paths("--to", null, "PATH", "Manifest of the new Installation (ForgeV2).");
        var mapping = options.Text("--mapping", "FILE", "What old types and data become. Needed from Connect.");
        var state = options.Text("--state", "DIR", "Where ledgers and the migration's record are kept.", ".reconciler");
        var yes = options.Flag("--yes", "Move. Without it nothing is changed and the plan is shown.");
        var write = options.Flag("--write", "Rewrite the manifests in place, not beside as NAME.migrated.yaml.");
        var skip = options.Flag("--skip-unmapped", "Leave behind what cannot be moved without exit code 1.");
        var gap = options.Flag(
            "--allow-gap", "Where there is no room: delete an old module before its new one exists.");
        var tokenFile = options.Text("--token-file", "FILE", "File with the Forge token, used instead of Secrets.");
        var insecure = options.Flag(
            "--allow-insecure-remote", "Accept plain http to remotes that are not loopback hosts.");
        var timeout = options.Duration("--timeout", "30m", "How long to go on.");
        var window = options.Duration(
            "--resolution-window", "2m", "How long an interrupted create may still appear before it is sent again.");
        var output = options.Text("--output", "FORMAT", "text or json.", "text");
        output.Aliases.Add("-o");
        output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("migrate", "Move modules to Forge v2: create, verify, delete. Shows the plan first.")
        {
            from, to, mapping, state, yes, write, skip, gap, tokenFile, insecure, timeout, window, output,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new MigrateRequest
            {
                From = parsed.GetValue(from)!,
                To = parsed.GetValue(to)!,
                StateDirectory = parsed.GetValue(state)!,
                Mapping = parsed.GetValue(mapping),
                Yes = parsed.GetValue(yes),
                Write = parsed.GetValue(write),
                SkipUnmapped = parsed.GetValue(skip),
                AllowGap = parsed.GetValue(gap),
                TokenFile = parsed.GetValue(tokenFile),
                AllowInsecure = parsed.GetValue(insecure),
                Timeout = parsed.GetValue(timeout),
                ResolutionWindow = parsed.GetValue(window),
            },
            View(parsed.GetValue(output)!, terminal), terminal, composition, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        MigrateRequest request, IMigrationView view, Terminal terminal, Composition composition,
        CancellationToken cancellationToken)
    {
        var input = MigrationInput.Load(request.From, request.To);
        await Warnings.WriteAsync(input.Manifests, terminal);
        var mapping = new ModuleMapping(
            request.Mapping is { } file ? MappingFile.Load(file) : [],
            input.From.Resource.Api is RemoteApi.ForgeV1 or RemoteApi.ForgeContainer);
        if (request.Yes)
        {
            input.RequireSuspended();
        }

        using var writer = request.Yes ? StateLock.Take(request.StateDirectory, composition.NewId) : null;
        using var transport = composition.NewTransport();
        var sides = MigrationSides.Open(
            input, request, terminal, composition, composition.NewRegistries(transport), writer);
        var records = new FileMigrationRecords(
            request.StateDirectory, input.From.Resource.Key, input.To.Resource.Key);
        var plan = await PlanAsync(input, mapping, sides, records, cancellationToken);
        if (!request.Yes)
        {
            view.Plan(plan);
            return plan.HasWork ? ExitCode.Changes : Verdict(plan, request);
        }

        var run = new MigrationRun(
            sides.Old, sides.New, records, view,
            new MigrationOptions(request.AllowGap, request.Windows.Consistency, request.Timeout), composition.Time);
        var report = await run.RunAsync(plan, input.Desired, cancellationToken);
        view.End(plan, report, new ManifestRewriter(input, report.Record, request.Write).Run());
        return report.Problems.IsEmpty ? Verdict(plan, request) : ExitCode.Failed;
    }

    /// <exception cref="CommandException">A side cannot be listed, or the record is of other remotes.</exception>
    internal static async Task<MigrationPlan> PlanAsync(
        MigrationInput input, ModuleMapping mapping, MigrationSides sides, IMigrationRecords records,
        CancellationToken cancellationToken)
    {
        var record = records.Read();
        if (record is not null && (record.From != sides.From || record.To != sides.To))
        {
            throw new CommandException(
                $"the migration from {input.From.Resource.Key} to {input.To.Resource.Key} began between "
                + $"{record.From.Address} and {record.To.Address}: use those manifests, or another --state");
        }

        var old = Listed(await sides.Old.ListAsync(cancellationToken), sides.From);
        var target = Listed(await sides.New.ListAsync(cancellationToken), sides.To);
        var scene = new MigrationScene(
            input.Desired, old.ToImmutableDictionary(module => module.Key, StringComparer.Ordinal),
            await sides.Old.LedgerAsync(cancellationToken), await sides.New.LedgerAsync(cancellationToken), record);
        var items = new MigrationPlanner(input.From.Resource.ToInstallation(), mapping).Plan(scene);
        return new MigrationPlan(sides.From, sides.To, items, new MigrationRoom(target.Length, sides.New.Quota));
    }

    private static int Verdict(MigrationPlan plan, MigrateRequest request) =>
        plan.HasUnmapped && !request.SkipUnmapped ? ExitCode.Failed : ExitCode.Done;

    private static ImmutableArray<ObservedModule> Listed(ListOutcome outcome, RecordedSide side) => outcome switch
    {
        ListOutcome.Complete list => list.Modules,
        ListOutcome.Failed failed => throw new CommandException(
            $"Installation {side.Namespace}/{side.Name} ({side.Address}): {failed.Fault.Message.TrimEnd('.')}"),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    private static IMigrationView View(string format, Terminal terminal) => format == "json"
        ? new JsonMigrationView(terminal.Output)
        : new TextMigrationView(new Paper(terminal.Output, terminal.HasColors));
}
