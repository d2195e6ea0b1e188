namespace Reconciler.Emulator.State;

/// <summary>
/// One app installation: what the remote calls "the target installation" and finds by the credential.
/// </summary>
internal sealed class Installation(string id, DateTimeOffset installedAt)
{
    private readonly Dictionary<ModuleApi, StoreHistory> _stores = [];

    /// <summary>The installation ARI for Forge, the client key for Connect.</summary>
    public string Id { get; } = id;

    public DateTimeOffset InstalledAt { get; set; } = installedAt;

    /// <summary>An uninstalled installation keeps its modules but admits nobody.</summary>
    public bool Installed { get; set; } = true;

    /// <summary>Null for a Forge installation.</summary>
    public ConnectTenant? Connect { get; set; }

    /// <summary>The static module keys of the installed version; null: those of the knob <c>manifest</c>.</summary>
    public IReadOnlyList<string>? StaticKeys { get; set; }

    public int MajorVersion { get; set; } = 1;

    public int MinorVersion { get; set; }

    public StoreHistory Store(ModuleApi api)
    {
        if (!_stores.TryGetValue(api, out StoreHistory? store))
        {
            _stores[api] = store = new StoreHistory();
        }

        return store;
    }
}
