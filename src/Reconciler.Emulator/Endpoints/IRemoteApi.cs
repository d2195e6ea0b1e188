using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>One emulated API. Both methods run under the gate and never wait.</summary>
internal interface IRemoteApi
{
    /// <summary>The name in the request log and in the knob <c>apiVersions</c>.</summary>
    string Name { get; }

    bool Serves(WireRequest request);

    /// <summary>The installation a request claims, before any check; for fault rules only.</summary>
    string? ClaimedInstallation(EmulatedCloud cloud, WireRequest request);

    WireResponse Answer(RemoteCall call);
}
