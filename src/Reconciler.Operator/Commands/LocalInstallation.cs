using System.Collections.Immutable;
using Reconciler.Atlassian;
using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Operator.Rendering;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands;

/// <summary>One installation of the manifests, ready for passes: the domain's pass over a real remote and a file
/// ledger, as in the operator.</summary>
internal sealed class LocalInstallation
{
    private readonly InstallationPass _pass;
    private readonly PassInput _input;

    private LocalInstallation(PassInput input, Uri address, InstallationPass pass)
    {
        _input = input;
        _pass = pass;
        Address = address;
    }

    public InstallationKey Key => _input.Installation.Key;

    public Uri Address { get; }

    /// <summary>One for each Installation of the manifests.</summary>
    /// <param name="writer">Null for a plan: nothing is written, no lock is needed.</param>
    /// <exception cref="CommandException">A credential or an address cannot be used.</exception>
    public static ImmutableArray<LocalInstallation> OpenAll(
        ManifestSet manifests, LocalRequest request, Terminal terminal, Composition composition,
        RemoteRegistries registries, StateLock? writer)
    {
        if (manifests.Installations.IsEmpty)
        {
            throw new CommandException("no Installation among the files: add one with -f");
        }

        var token = Credentials.GivenToken(request, terminal);
        var ledgers = new FileLedgerStore(request.StateDirectory);
        return
        [
            .. manifests.Installations
                .OrderBy(installation => installation.Resource.Key.ToString(), StringComparer.Ordinal)
                .Select(installation => Open(
                    installation, manifests, request, composition, registries,
                    Credentials.Find(installation, manifests, token), ledgers, writer)),
        ];
    }

    public Task<PassResult> PlanAsync(CancellationToken cancellationToken) =>
        _pass.PlanAsync(_input, cancellationToken);

    public Task<PassResult> RunAsync(CancellationToken cancellationToken) => _pass.RunAsync(_input, cancellationToken);

    /// <summary>The plan in a pass's result.</summary>
    /// <exception cref="CommandException">There is none, since the ledger or the remote could not be read.</exception>
    public InstallationPlan PlanOf(PassResult result) => result.Plan is { } plan
        ? new InstallationPlan(_input.Installation, Address, _input.Desired, plan)
        : throw Failure(result);

    public CommandException Failure(PassResult result)
    {
        var what = result.Outcome switch
        {
            PassOutcome.LedgerUnavailable(var message) => message,
            PassOutcome.Retry(var fault, _) => $"{result.Installation.Reason}: {fault.Message}",
            PassOutcome.Stalled(var reason, var message) => $"{reason}: {message}",
            PassOutcome.Wait or PassOutcome.Settled => result.Installation.Message,
            _ => throw new ArgumentOutOfRangeException(nameof(result), result.Outcome, null),
        };
        return new CommandException($"Installation {Key} ({Address}): {what.TrimEnd('.')}{Fix(result)}");
    }

    private static string Fix(PassResult result)
    {
        var row = Core.Status.ReasonCatalogue.Entries.FirstOrDefault(
            entry => entry.Reason == result.Installation.Reason);
        return result.Outcome is PassOutcome.Retry && row is not null ? $". {row.Fix.TrimEnd('.')}" : "";
    }

    private static LocalInstallation Open(
        Manifest<InstallationResource> installation, ManifestSet manifests, LocalRequest request,
        Composition composition, RemoteRegistries registries, Credential credential, FileLedgerStore ledgers,
        StateLock? writer)
    {
        var resource = installation.Resource;
        var address = resource.BaseUrl ?? RemoteAddress.DefaultFor(resource.Api)!;
        var model = resource.ToInstallation();
        var input = new PassInput(
            model with { ApprovedPlanHash = request.Approve ?? model.ApprovedPlanHash },
            manifests.DesiredFor(resource), writer?.ClusterId ?? "", $"cli-{Environment.ProcessId}");
        var options = new RemoteOptions
        {
            RequestsPerSecond = resource.RequestsPerSecond,
            Quota = resource.Quota,
            AllowInsecure = request.AllowInsecure,
        };
        try
        {
            var registry = registries.Create(resource.Api, address, new FixedCredential(credential), options);
            var pass = new InstallationPass(
                registry, ledgers, new PassMemory(composition.Time), writer is null ? new NoFence() : writer,
                new PassOptions { Windows = request.Windows }, composition.Time,
                () => composition.NewId().ToString("N"));
            return new LocalInstallation(input, address, pass);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new CommandException(
                $"{installation.Place}: Installation {resource.Key}: {exception.Message.Split(" (Parameter")[0]}",
                exception);
        }
    }
}
