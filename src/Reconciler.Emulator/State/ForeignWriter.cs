using System.Text.Json;
using Reconciler.Emulator.Endpoints;

namespace Reconciler.Emulator.State;

/// <summary>Applies what another actor does, past every check.</summary>
internal static class ForeignWriter
{
    /// <summary>The module as it is afterwards (for a deletion: as it was); null when there was none to change.
    /// </summary>
    public static StoredModule? Apply_Locked(EmulatedCloud cloud, ForeignWrite write)
    {
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
        cloud.NewModule_Locked(write.Key ?? cloud.NewKey_Locked(), old.Type, old.Data, foreign: true);

    private static StoredModule Put(EmulatedCloud cloud, StoredModule? old, ForeignWrite write)
    {
        string type = write.Type ?? old!.Type;
        JsonElement data = write.Data is { } given ? ModuleData.Normalize(type, given, cloud.Settings) : old!.Data;
        return old is null
            ? cloud.NewModule_Locked(write.Key ?? cloud.NewKey_Locked(), type, data, foreign: true)
            : old with { Type = type, Data = data, Revision = old.Revision + 1, Foreign = true };
    }
}
