using System.CommandLine;
using Reconciler.Operator.Rendering;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands.Why;

/// <summary><c>reconciler why</c>: the last decision about a module or an installation, the rule that made it, what it
/// was made from, and when it is looked at again. Reads only, and never the remote.</summary>
internal static class WhyCommand
{
    public static Command Create(CommandOptions options, Terminal terminal, Composition composition)
    {
        var subject = new Argument<string>("KIND/NAME") { Description = "dm/NAME or dminst/NAME." };
        var space = options.Text("--namespace", "NS", "Namespace. Default: that of the context, or default.");
        space.Aliases.Add("-n");
        var state = options.Text("--state", "DIR", "Read the ledgers that apply keeps there, instead of a cluster's.");
        var files = options.OptionalPaths("--file", "-f", "PATH", "Manifests, to read the ledgers of apply.");
        var output = options.Text("--output", "FORMAT", "text or json.", "text");
        output.Aliases.Add("-o");
        output.AcceptOnlyFromAmong("text", "json");
        var cluster = new ClusterOptions(options);
        var command = new Command(
            "why", "Tell the last decision about a module or installation, its rule and what is next.")
        {
            subject, space, state, files, output,
        };
        cluster.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var record = await FindAsync(
                WhySubject.Parse(parsed.GetValue(subject)!, parsed.GetValue(space)), cluster.Read(parsed),
                parsed.GetValue(state), parsed.GetValue(files) ?? [], terminal, composition, cancellationToken);
            View(parsed.GetValue(output)!, terminal).Show(Explainer.Explain(record));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>A named cluster wins, then a state directory or manifests; with neither it is the cluster that is found
    /// by itself.</summary>
    private static async Task<WhyRecord> FindAsync(
        WhySubject subject, ClusterRequest cluster, string? state, string[] files, Terminal terminal,
        Composition composition, CancellationToken cancellationToken)
    {
        if (!cluster.IsNamed && (state is not null || files.Length > 0))
        {
            var manifests = files.Length > 0 ? ManifestLoader.Load(files, terminal.Input) : null;
            return await new FileRecords(state ?? LocalOptions.StandardState, manifests)
                .FindAsync(subject, cancellationToken);
        }

        var config = cluster.Load(terminal, composition.Time);
        using var client = ClusterRequest.Open(config, composition.Time);
        return await new ClusterRecords(client, config.Namespace).FindAsync(subject, cancellationToken);
    }

    private static IExplanationView View(string format, Terminal terminal) => format == "json"
        ? new JsonExplanationView(terminal.Output)
        : new TextExplanationView(new Paper(terminal.Output, terminal.HasColors));
}
