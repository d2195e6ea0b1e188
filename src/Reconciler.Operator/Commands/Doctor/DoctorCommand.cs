using System.CommandLine;
using Reconciler.Operator.Rendering;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands.Doctor;

/// <summary><c>reconciler doctor</c>: one line for each thing that must be right, with how to mend it. Reads only; no
/// credential is printed. Exit 1 when something fails.</summary>
internal static class DoctorCommand
{
    public static Command Create(CommandOptions options, Terminal terminal, Composition composition)
    {
        var files = options.OptionalPaths(
            "--file", "-f", "PATH", "Manifests whose Installations are asked; without it a cluster is looked at.");
        var tokenFile = options.Text(
            "--token-file", "FILE",
            "File with the Forge token, used instead of Secrets. RECONCILER_TOKEN holds it directly.");
        var insecure = options.Flag(
            "--allow-insecure-remote", "Accept plain http to remotes that are not loopback hosts.");
        var space = options.Text("--namespace", "NS", "Namespace to ask rights for. Default: all.");
        space.Aliases.Add("-n");
        var cluster = new ClusterOptions(options);
        var command = new Command("doctor", "Check connection, credential, clock, CRDs and rights.")
        {
            files, tokenFile, insecure, space,
        };
        cluster.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new LocalRequest
            {
                Files = parsed.GetValue(files) ?? [],
                StateDirectory = LocalOptions.StandardState,
                TokenFile = parsed.GetValue(tokenFile),
                AllowInsecure = parsed.GetValue(insecure),
            };
            var checkups = await LookAsync(
                request, cluster.Read(parsed), parsed.GetValue(space), terminal, composition, cancellationToken);
            return Show(checkups, new Paper(terminal.Output, terminal.HasColors));
        });
        return command;
    }

    private static async Task<IReadOnlyList<Checkup>> LookAsync(
        LocalRequest request, ClusterRequest cluster, string? space, Terminal terminal, Composition composition,
        CancellationToken cancellationToken)
    {
        var checkups = new List<Checkup>();
        if (request.Files.Count > 0)
        {
            var manifests = ManifestLoader.Load(request.Files, terminal.Input);
            var remotes = new RemoteCheckups(manifests, request, terminal, composition);
            foreach (var installation in manifests.Installations)
            {
                checkups.AddRange(await remotes.LookAsync(installation, cancellationToken));
            }

            if (manifests.Installations.IsEmpty)
            {
                checkups.Add(new(Health.Fail, "manifests", "no Installation among the files", "add one with -f"));
            }
        }

        if (cluster.IsNamed || request.Files.Count == 0)
        {
            using var client = ClusterRequest.Open(cluster.Load(terminal, composition.Time), composition.Time);
            checkups.AddRange(await new ClusterCheckups(client, space).LookAsync(cancellationToken));
        }

        return checkups;
    }

    private static int Show(IReadOnlyList<Checkup> checkups, Paper paper)
    {
        foreach (var checkup in checkups)
        {
            var fix = checkup.Fix is null ? "" : $": {checkup.Fix}";
            paper.Line($"{checkup.Health.ToString().ToLowerInvariant(),-5}{checkup.Subject}: {checkup.Finding}{fix}");
        }

        return checkups.Any(checkup => checkup.Health == Health.Fail) ? ExitCode.Failed : ExitCode.Done;
    }
}
