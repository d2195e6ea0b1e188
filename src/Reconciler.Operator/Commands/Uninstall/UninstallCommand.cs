using System.CommandLine;
using System.Globalization;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Commands.Uninstall;

/// <summary><c>reconciler uninstall</c>: the last look before the operator goes, which its chart takes in a hook. A
/// resource that keeps our finalizer could never be deleted again, so either it fails while there is one (Refuse), or
/// it removes them once the operator is gone (Orphan). It never calls a remote.</summary>
internal static class UninstallCommand
{
    private const string Refuse = "Refuse";
    private const string Orphan = "Orphan";

    // The hook runs once and the release is gone after it: what changed under it is looked at again.
    private const int Rounds = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create(CommandOptions options, Terminal terminal, Composition composition)
    {
        var policy = options.Text(
            "--policy", "POLICY", $"{Refuse}: fail while a finalizer of ours is left. {Orphan}: remove them.", Refuse);
        policy.AcceptOnlyFromAmong(Refuse, Orphan);
        var namespaces = options.Values("--namespace", "NS", "Namespace to look at; may be repeated. Default: all.");
        var cluster = new ClusterOptions(options);
        var command = new Command("uninstall", "Make sure that no resource is stuck once the operator is gone.")
        {
            policy, namespaces,
        };
        cluster.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = ClusterRequest.Open(
                cluster.Read(parsed).Load(terminal, composition.Time), composition.Time);
            var guarded = new GuardedResources(client, parsed.GetValue(namespaces) ?? []);
            return await RunAsync(
                guarded, parsed.GetValue(policy) == Orphan, terminal.Output, composition.Time, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        GuardedResources guarded, bool orphan, TextWriter output, TimeProvider time,
        CancellationToken cancellationToken)
    {
        try
        {
            if (orphan)
            {
                var released = await ReleaseAllAsync(guarded, time, cancellationToken);
                await output.WriteLineAsync($"{Count(released)} released; their remote modules stay");
                return ExitCode.Done;
            }

            await RefuseAsync(guarded, cancellationToken);
            await output.WriteLineAsync("no resource carries the operator's finalizer");
            return ExitCode.Done;
        }
        catch (Exception exception) when (exception is KubernetesApiException or KubernetesConnectionException)
        {
            throw new CommandException($"the cluster could not be asked: {exception.Message}", exception);
        }
    }

    private static async Task RefuseAsync(GuardedResources guarded, CancellationToken cancellationToken)
    {
        var held = await guarded.ListAsync(cancellationToken);
        if (held.Count > 0)
        {
            throw new CommandException(
                $"{Count(held.Count)} still carry the operator's finalizer, {held[0]} first: delete them (their "
                + "remote modules go with them unless deletionPolicy is Orphan), or use --policy Orphan "
                + "(uninstall.policy of the chart), which leaves every remote module");
        }
    }

    /// <summary>One resource that cannot be released must not keep the others.</summary>
    private static async Task<int> ReleaseAllAsync(
        GuardedResources guarded, TimeProvider time, CancellationToken cancellationToken)
    {
        var released = 0;
        for (var round = 1; ; round++)
        {
            var failed = new List<(GuardedResource Resource, KubernetesApiException Why)>();
            var held = await guarded.ListAsync(cancellationToken);
            foreach (var resource in held)
            {
                if (await guarded.TryReleaseAsync(resource, cancellationToken) is { } why)
                {
                    failed.Add((resource, why));
                }
            }

            released += held.Count - failed.Count;
            if (failed.Count == 0)
            {
                return released;
            }

            if (round == Rounds)
            {
                throw new CommandException(
                    $"{Count(failed.Count)} could not be released, {failed[0].Resource} first "
                    + $"({failed[0].Why.Message}); {Count(released)} released: run 'reconciler uninstall --policy "
                    + $"{Orphan}' again", failed[0].Why);
            }

            await Task.Delay(failed.Max(one => one.Why.RetryAfter) ?? Pause, time, cancellationToken);
        }
    }

    private static string Count(int count) =>
        count == 1 ? "1 resource" : $"{count.ToString(CultureInfo.InvariantCulture)} resources";
}
