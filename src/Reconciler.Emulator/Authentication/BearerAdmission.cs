using Reconciler.Emulator.Endpoints;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Authentication;

/// <summary>
/// <c>Authorization: Bearer</c> on the Forge APIs. The gateway refuses what is no valid app token; the service
/// refuses a valid token that may not touch the installation (reference §2.4).
/// </summary>
internal sealed class BearerAdmission : IAdmission
{
    private const string Scheme = "Bearer ";

    public WireResponse? Refuse(RemoteCall call)
    {
        if (Token(call.Cloud, call.Request) is not { } token)
        {
            return GatewayErrors.Unauthorized();
        }

        call.TokenId = token.Id;
        if (token.ExpiresAt <= call.Now)
        {
            return GatewayErrors.Unauthorized();
        }

        return token.Kind switch
        {
            TokenKind.User => GatewayErrors.WrongTokenClass(),
            TokenKind.Stranger => ForgeErrors.NotAuthorized(),
            _ => Enter(call, token.Installation),
        };
    }

    public string? Claimed(EmulatedCloud cloud, WireRequest request) => Token(cloud, request)?.Installation;

    /// <summary>Admits to an installation that exists and is past its first seconds.</summary>
    public static WireResponse? Enter(RemoteCall call, string id)
    {
        if (call.Cloud.Find(id) is not { Installed: true } installation)
        {
            return ForgeErrors.NotAuthorized();
        }

        call.Installation = installation;
        TimeSpan grace = TimeSpan.FromMilliseconds(call.Settings.UnauthorizedAfterInstallMs);
        return call.Now < installation.InstalledAt + grace ? ForgeErrors.NotAuthorized() : null;
    }

    private static BearerToken? Token(EmulatedCloud cloud, WireRequest request) =>
        request.Header("Authorization") is { } header
        && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? cloud.Tokens.Find(header[Scheme.Length..].Trim())
            : null;
}
