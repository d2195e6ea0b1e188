using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Modules;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands;

/// <summary>
/// Finds the credential of an installation: <c>--token-file</c>, then <c>RECONCILER_TOKEN</c>, then the Secret among
/// the manifests. Never prints a value.
/// </summary>
internal static class Credentials
{
    public const string TokenVariable = "RECONCILER_TOKEN";

    /// <summary>The token given on the command line, for every Forge installation; null when none was.</summary>
    /// <exception cref="CommandException">The file cannot be read or is empty.</exception>
    public static string? GivenToken(LocalRequest request, Terminal terminal)
    {
        if (request.TokenFile is not { } path)
        {
            return terminal.Variable(TokenVariable)?.Trim() is { Length: > 0 } token ? token : null;
        }

        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } token
                ? token
                : throw new CommandException($"{path}: the token file is empty: write the token into it");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: the token file cannot be read: {exception.Message}", exception);
        }
    }

    /// <exception cref="CommandException">There is none, or it lacks a key.</exception>
    public static Credential Find(
        Manifest<InstallationResource> installation, ManifestSet manifests, string? givenToken)
    {
        var resource = installation.Resource;
        var isForge = resource.Api is RemoteApi.ForgeV2 or RemoteApi.ForgeV1;
        if (isForge && givenToken is not null)
        {
            return new Credential.Bearer(givenToken);
        }

        var hint = isForge ? $", or give the token with --token-file or {TokenVariable}" : "";
        if (resource.SecretKey is not { } key)
        {
            throw new CommandException(
                $"{installation.Place}: Installation {resource.Key} gets its token from Forge, which needs a running "
                + $"operator: use credentials.secretRef{hint}");
        }

        if (manifests.FindSecret(key) is not { } secret)
        {
            throw new CommandException(
                $"{installation.Place}: Installation {resource.Key} needs Secret {key}, which none of the files holds: "
                + $"add it with -f{hint}");
        }

        try
        {
            return secret.CredentialFor(resource.Api)
                ?? throw new CommandException(
                    $"{installation.Place}: Secret {key} lacks {SecretKeys.WantedBy(resource.Api)}: add it{hint}");
        }
        catch (FormatException exception)
        {
            throw new CommandException($"{installation.Place}: Secret {key}: {exception.Message}", exception);
        }
    }
}
