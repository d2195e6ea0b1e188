using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Credentials;

/// <summary><c>forge-proxy-authorization: Forge as=app,…</c> with whatever id we have (X9, reference.md §4).</summary>
internal sealed class ContainerAuthentication : IAuthentication
{
    public RemoteFault.AwaitingToken? Apply(HttpRequestMessage message, Credential? credential, DateTimeOffset now)
    {
        if (credential is not Credential.Container ids)
        {
            return new RemoteFault.AwaitingToken(
                "No container credential: give the Secret the key 'invocationId' or 'installationId'.");
        }

        var fields = new List<string> { "as=app" };
        foreach (var (name, value) in new[] { ("id", ids.InvocationId), ("installationId", ids.InstallationId) })
        {
            if (value is not null)
            {
                fields.Add($"{name}={value}");
            }
        }

        // A comma would start a field of its own.
        if (fields.Count == 1
            || fields.Exists(field => !HeaderText.IsSafe(field) || field.Contains(',') || field.EndsWith('=')))
        {
            return new RemoteFault.AwaitingToken(
                "The container credential is empty or holds characters that its header cannot carry.");
        }

        message.Headers.TryAddWithoutValidation("forge-proxy-authorization", $"Forge {string.Join(',', fields)}");
        return null;
    }
}
