using System.Text;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>The public keys of Connect install callbacks, one PEM per <c>kid</c> (reference §8.5).</summary>
internal sealed class InstallKeysApi : IRemoteApi
{
    private const string Prefix = "/connect-install-keys/";

    public string Name => "jwks";

    public bool Serves(WireRequest request) => request.Path.StartsWith(Prefix, StringComparison.Ordinal);

    public string? ClaimedInstallation(EmulatedCloud cloud, WireRequest request) => null;

    public WireResponse Answer(RemoteCall call) => call.Request.Path[Prefix.Length..] == call.Cloud.InstallSigner.Kid
        ? new WireResponse(200)
        {
            ContentType = "application/x-pem-file",
            Body = Encoding.ASCII.GetBytes(call.Cloud.InstallSigner.PublicPem()),
        }
        : ForgeErrors.NoSuchRoute();
}
