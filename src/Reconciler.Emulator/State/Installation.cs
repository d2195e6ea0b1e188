namespace Reconciler.Emulator.State;

/// <summary>One app installation: what the remote calls "the target installation" and finds by the token.</summary>
internal sealed class Installation(string id, DateTimeOffset installedAt)
{
    private readonly Dictionary<ModuleApi, StoreHistory> _stores = [];

    public string Id { get; } = id;

    public DateTimeOffset InstalledAt { get; set; } = installedAt;

    /// <summary>An uninstalled installation keeps its modules but admits no token.</summary>
    public bool Installed { get; set; } = true;

    public StoreHistory Store(ModuleApi api)
    {
        if (!_stores.TryGetValue(api, out StoreHistory? store))
        {
            _stores[api] = store = new StoreHistory();
        }

        return store;
    }
}
