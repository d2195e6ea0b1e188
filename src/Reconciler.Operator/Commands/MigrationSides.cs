using Reconciler.Atlassian;
using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;
using Reconciler.Operator.Migration;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands;

/// <summary>Both sides of a migration, ready for use.</summary>
internal sealed record MigrationSides(OldSide Old, NewSide New, RecordedSide From, RecordedSide To)
{
    /// <param name="writer">Null for a dry run.</param>
    /// <exception cref="CommandException">A credential or an address cannot be used.</exception>
    public static MigrationSides Open(
        MigrationInput input, MigrateRequest request, Terminal terminal, Composition composition,
        RemoteRegistries registries, StateLock? writer)
    {
        var local = new LocalRequest
        {
            Files = [],
            StateDirectory = request.StateDirectory,
            TokenFile = request.TokenFile,
            AllowInsecure = request.AllowInsecure,
        };
        var token = Credentials.GivenToken(local, terminal);
        var ledgers = new FileLedgerStore(request.StateDirectory);
        var options = new PassOptions { Windows = request.Windows };
        var fence = (IWriteFence?)writer ?? new NoFence();

        return new MigrationSides(
            new OldSide(Registry(input.From), ledgers, input.From.Resource.Key, NewAttemptId),
            new NewSide(
                input.To.Resource.ToInstallation(), Registry(input.To), ledgers,
                registry => new InstallationPass(
                    registry, ledgers, new PassMemory(composition.Time), fence,
                    options, composition.Time, NewAttemptId),
                (writer?.ClusterId ?? "", $"migrate-{Environment.ProcessId}")),
            Side(input.From.Resource),
            Side(input.To.Resource));

        string NewAttemptId() => composition.NewId().ToString("N");

        IModuleRegistry Registry(Manifest<InstallationResource> installation) => Create(
            installation, registries, Credentials.Find(installation, input.Manifests, token), request.AllowInsecure);
    }

    private static RecordedSide Side(InstallationResource installation) => new(
        installation.Key.Namespace, installation.Key.Name, installation.Api, Address(installation).ToString());

    private static Uri Address(InstallationResource installation) =>
        installation.BaseUrl ?? RemoteAddress.DefaultFor(installation.Api)!;

    private static IModuleRegistry Create(
        Manifest<InstallationResource> installation, RemoteRegistries registries, Credential credential,
        bool allowInsecure)
    {
        var resource = installation.Resource;
        var options = new RemoteOptions
        {
            RequestsPerSecond = resource.RequestsPerSecond,
            Quota = resource.Quota,
            AllowInsecure = allowInsecure,
        };
        try
        {
            return registries.Create(resource.Api, Address(resource), new FixedCredential(credential), options);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new CommandException(
                $"{installation.Place}: Installation {resource.Key}: {exception.Message.Split(" (Parameter")[0]}",
                exception);
        }
    }
}
