using Reconciler.Emulator.Authentication;

namespace Reconciler.Emulator.Endpoints;

/// <summary>Every API the emulator can serve; the knob <c>apiVersions</c> picks.</summary>
internal static class RemoteApis
{
    public static IReadOnlyList<IRemoteApi> All { get; } =
    [
        new ForgeApi(ForgeDialect.V2, new BearerAdmission()),
        new ForgeApi(ForgeDialect.V1, new BearerAdmission()),
    ];
}
