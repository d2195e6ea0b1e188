using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>The public keys of invocation tokens (reference §6.3).</summary>
internal sealed class JwksApi : IRemoteApi
{
    public string Name => "jwks";

    public bool Serves(WireRequest request) => request.Path == "/.well-known/jwks.json";

    public string? ClaimedInstallation(EmulatedCloud cloud, WireRequest request) => null;

    public WireResponse Answer(RemoteCall call) => call.Request.Verb == "GET"
        ? WireResponse.OfJson(200, call.Cloud.Signer.PublicKeys()).With("Cache-Control", "max-age=60")
        : ForgeErrors.WrongVerb("GET");
}
