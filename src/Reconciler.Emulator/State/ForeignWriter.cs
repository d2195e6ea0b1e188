using System.Text.Json;
using Reconciler.Emulator.Endpoints;

namespace Reconciler.Emulator.State;

/// <summary>Applies what another actor does, past every check.</summary>
internal static class ForeignWriter
{
    /// <summary>The module as it is afterwards (for a deletion: as it was); null when there was none to change.
    /// </summary>
    /// <exception cref="FormatException">The data is no object.</exception>
    public static StoredModule? Apply_Locked(EmulatedCloud cloud, ForeignWrite write)
    {
        if (write.Data is { ValueKind: not JsonValueKind.Object })
        {
            throw new FormatException("data must be a JSON object");
        }

        Installation installation = cloud.Ensure_Locked(write.Installation);
        ModuleStore store = installation.Store(write.Api).Current;
        StoredModule? old = store.Find(write.TwinOf ?? write.Key ?? "");
        if (write.Delete)
        {
            cloud.Commit_Locked(installation, write.Api, store.Remove(write.Key ?? ""));
            return old;
        }

        if (old is null && (write.TwinOf is not null || write.Type is null || write.Data is null))
        {
            return null;
        }

        StoredModule module = write.TwinOf is not null ? Twin(cloud, old!, write) : Put(cloud, old, write);
        cloud.Commit_Locked(installation, write.Api, store.Put(module));
        return module;
    }

    private static StoredModule Twin(EmulatedCloud cloud, StoredModule old, ForeignWrite write) =>
        New(cloud, write, write.Key ?? cloud.NewKey_Locked(), old.Type, old.Data);

    private static StoredModule Put(EmulatedCloud cloud, StoredModule? old, ForeignWrite write)
    {
        string type = write.Type ?? old!.Type;
        return old is null
            ? New(cloud, write, write.Key ?? cloud.NewKey_Locked(), type, write.Data!.Value)
            : old with
            {
                Type = type,
                Data = Stored(cloud, write.Api, old.Key, type, write.Data ?? old.Data),
                Revision = old.Revision + 1,
                Foreign = true,
            };
    }

    private static StoredModule New(
        EmulatedCloud cloud, ForeignWrite write, string key, string type, JsonElement data) =>
        cloud.NewModule_Locked(key, type, Stored(cloud, write.Api, key, type, data), foreign: true);

    /// <summary>Connect keeps the key inside the definition, Forge beside it.</summary>
    private static JsonElement Stored(EmulatedCloud cloud, ModuleApi api, string key, string type, JsonElement data) =>
        api is ModuleApi.ConnectJira or ModuleApi.ConnectConfluence
            ? ModuleData.WithKey(data, key)
            : ModuleData.Normalize(type, data, cloud.Settings);
}
