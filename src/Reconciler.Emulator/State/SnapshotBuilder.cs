namespace Reconciler.Emulator.State;

/// <summary>Copies the state out; the caller holds the gate.</summary>
internal static class SnapshotBuilder
{
    public static EmulatorSnapshot Take_Locked(EmulatedCloud cloud) => new(
        cloud.Log.LastSeq,
        cloud.Now,
        cloud.Seed,
        cloud.InFlight,
        [.. cloud.Installations.Select(installation => Take(cloud, installation))]);

    private static InstallationSnapshot Take(EmulatedCloud cloud, Installation installation) => new(
        installation.Id,
        installation.Installed,
        installation.InstalledAt,
        ModuleApiNames.All.ToDictionary(
            api => api.Name, api => installation.Store(api.Api).Current.Count, StringComparer.Ordinal),
        ModuleApiNames.All.ToDictionary(
            api => api.Name,
            api => (IReadOnlyList<StoredModule>)[.. installation.Store(api.Api).Current.Modules],
            StringComparer.Ordinal),
        [.. cloud.Tokens.All
            .Where(token => token.Installation == installation.Id)
            .Select(token => new TokenSnapshot(token.Id, token.Kind, token.ExpiresAt))]);
}
