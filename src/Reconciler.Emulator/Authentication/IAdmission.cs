using Reconciler.Emulator.Endpoints;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Authentication;

/// <summary>Who may enter an API, and on behalf of which installation.</summary>
internal interface IAdmission
{
    /// <summary>Null admits the call and sets its installation; else the refusal.</summary>
    WireResponse? Refuse(RemoteCall call);

    /// <summary>The installation a request claims, before any check.</summary>
    string? Claimed(EmulatedCloud cloud, WireRequest request);
}
