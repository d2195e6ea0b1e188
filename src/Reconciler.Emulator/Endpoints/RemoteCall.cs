using Reconciler.Emulator.Faults;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>One request being answered under the gate, and what the log shall say about it.</summary>
internal sealed class RemoteCall(EmulatedCloud cloud, WireRequest request, FaultRule? fault)
{
    public EmulatedCloud Cloud { get; } = cloud;

    public WireRequest Request { get; } = request;

    public DateTimeOffset Now { get; } = cloud.Now;

    public FaultKind? Fault { get; } = fault?.Kind;

    public EmulatorSettings Settings => Cloud.Settings;

    public string? TokenId { get; set; }

    public Installation? Installation { get; set; }

    public string? Key { get; set; }

    public bool Committed { get; private set; }

    /// <summary>The keys of the static modules of the installed version.</summary>
    public IReadOnlyList<string> StaticKeys => Installation?.StaticKeys ?? Settings.Manifest.Keys;

    /// <summary>The store as writers see it.</summary>
    public ModuleStore Store(ModuleApi api) => Installation!.Store(Effective(api)).Current;

    /// <summary>The store as lagging readers see it.</summary>
    public ModuleStore LaggingStore(ModuleApi api) =>
        Installation!.Store(Effective(api)).AsOf(Now - TimeSpan.FromMilliseconds(Settings.ConsistencyLagMs));

    public void Commit(ModuleApi api, ModuleStore store)
    {
        Committed = true;
        Cloud.Commit_Locked(Installation!, Effective(api), store);
    }

    private ModuleApi Effective(ModuleApi api) =>
        Settings.ShareStores && api == ModuleApi.ForgeV1 ? ModuleApi.ForgeV2 : api;
}
