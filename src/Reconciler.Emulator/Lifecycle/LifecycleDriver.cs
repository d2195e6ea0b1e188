using Reconciler.Emulator.State;

namespace Reconciler.Emulator.Lifecycle;

/// <summary>
/// Installs, upgrades, uninstalls and reinstalls. Forge gives a reinstalled app a new installation id and nothing
/// of its past (reference §2.8); Connect restores its modules (SEED 003).
/// </summary>
internal static class LifecycleDriver
{
    public static LifecycleBody Install_Locked(EmulatedCloud cloud, LifecycleRequest request)
    {
        string id = request.Connect?.ClientKey
            ?? request.Installation
            ?? InstallationIds.Ari(cloud.NewKey_Locked());
        Installation installation = cloud.Ensure_Locked(id);
        installation.Installed = true;
        installation.InstalledAt = cloud.Now;
        installation.StaticKeys = request.StaticKeys ?? installation.StaticKeys;
        if (request.Connect is null)
        {
            return Opened_Locked(cloud, installation);
        }

        installation.Connect = request.Connect;
        return new LifecycleBody(id) { SharedSecret = request.Connect.SharedSecret };
    }

    /// <summary>A static key that meets a dynamic one hides it in Forge and wipes the set in Connect (X21).</summary>
    public static LifecycleBody Upgrade_Locked(EmulatedCloud cloud, Installation installation, LifecycleRequest request)
    {
        installation.StaticKeys = request.StaticKeys ?? installation.StaticKeys;
        installation.MajorVersion += request.Major ? 1 : 0;
        installation.MinorVersion = request.Major ? 0 : installation.MinorVersion + 1;
        int removed = 0;
        if (installation.Connect is { } tenant)
        {
            ModuleApi api = Api(tenant);
            ModuleStore store = installation.Store(api).Current;
            if (installation.StaticKeys?.Any(key => store.Find(key) is not null) == true)
            {
                removed = store.Count;
                cloud.Commit_Locked(installation, api, ModuleStore.Empty);
            }
        }

        return new LifecycleBody(installation.Id) { Removed = removed };
    }

    public static LifecycleBody Uninstall_Locked(Installation installation)
    {
        installation.Installed = false;
        return new LifecycleBody(installation.Id);
    }

    public static LifecycleBody Reinstall_Locked(EmulatedCloud cloud, Installation installation)
    {
        installation.Installed = installation.Connect is not null;
        if (installation.Connect is { } tenant)
        {
            installation.InstalledAt = cloud.Now;
            return new LifecycleBody(installation.Id) { SharedSecret = tenant.SharedSecret };
        }

        Installation successor = cloud.Ensure_Locked(InstallationIds.Ari(cloud.NewKey_Locked()));
        successor.StaticKeys = installation.StaticKeys;
        return Opened_Locked(cloud, successor);
    }

    /// <summary>The host tells the app a new secret; the old one stops at once (reference §8.5).</summary>
    public static LifecycleBody RotateSecret_Locked(
        EmulatedCloud cloud, Installation installation, LifecycleRequest request)
    {
        string secret = request.SharedSecret ?? $"emulator-secret-{cloud.NewKey_Locked()}";
        installation.Connect = installation.Connect! with { SharedSecret = secret };
        return new LifecycleBody(installation.Id) { SharedSecret = secret };
    }

    private static LifecycleBody Opened_Locked(EmulatedCloud cloud, Installation installation)
    {
        string id = cloud.Tokens.NextId();
        string secret = $"emulator-token-{id}-{cloud.NewKey_Locked()}";
        cloud.Tokens.Put(new BearerToken(id, secret, installation.Id, TokenKind.App, ExpiresAt: null));
        return new LifecycleBody(installation.Id) { Token = secret };
    }

    private static ModuleApi Api(ConnectTenant tenant) =>
        tenant.Product == ConnectProduct.Jira ? ModuleApi.ConnectJira : ModuleApi.ConnectConfluence;
}
