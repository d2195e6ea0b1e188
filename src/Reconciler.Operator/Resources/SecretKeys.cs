using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Resources;

/// <summary>Which keys of a Secret make the credential of each API (product.md §3).</summary>
internal static class SecretKeys
{
    /// <summary>The credential that the Secret holds for <paramref name="api"/>; null when a key is missing.</summary>
    /// <exception cref="FormatException">A value cannot be read.</exception>
    public static Credential? CredentialFor(this SecretResource secret, RemoteApi api) => api switch
    {
        RemoteApi.ForgeV2 or RemoteApi.ForgeV1 =>
            secret.Find("token") is { } token ? new Credential.Bearer(token) : null,
        RemoteApi.ForgeContainer => ContainerOf(secret.Find("invocationId"), secret.Find("installationId")),
        RemoteApi.ConnectJira or RemoteApi.ConnectConfluence =>
            secret.Find("appKey") is { } appKey && secret.Find("sharedSecret") is { } sharedSecret
                ? new Credential.Connect(appKey, sharedSecret)
                : null,
        _ => throw new ArgumentOutOfRangeException(nameof(api), api, null),
    };

    /// <summary>What such a Secret must hold, to be said to a person.</summary>
    public static string WantedBy(RemoteApi api) => api switch
    {
        RemoteApi.ForgeV2 or RemoteApi.ForgeV1 => "the key 'token'",
        RemoteApi.ForgeContainer => "the key 'invocationId' or 'installationId'",
        RemoteApi.ConnectJira or RemoteApi.ConnectConfluence => "the keys 'appKey' and 'sharedSecret'",
        _ => throw new ArgumentOutOfRangeException(nameof(api), api, null),
    };

    private static Credential.Container? ContainerOf(string? invocationId, string? installationId) =>
        invocationId is null && installationId is null ? null : new(invocationId, installationId);
}
