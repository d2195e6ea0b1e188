namespace Reconciler.Core.Modules;

/// <summary>The remote systems of product.md §1; <c>spec.api</c> of an Installation.</summary>
public enum RemoteApi
{
    ForgeV2,
    ForgeV1,
    ForgeContainer,
    ConnectJira,
    ConnectConfluence,
}

/// <summary>What differs between the remote APIs as far as the domain cares.</summary>
public static class RemoteApiTraits
{
    /// <summary>The client chooses the key, so a lost create is found again by key (crash-safety.md §9).</summary>
    public static bool HasClientKeys(this RemoteApi api) => api != RemoteApi.ForgeV2;

    /// <summary>The remote has no update verb: a change is delete + register.</summary>
    public static bool ReplacesOnUpdate(this RemoteApi api) =>
        api is RemoteApi.ConnectJira or RemoteApi.ConnectConfluence;
}
