using Reconciler.Emulator.Endpoints;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Authentication;

/// <summary>
/// <c>Authorization: JWT</c> (or the deprecated query parameter) on the Connect APIs. All tenants share our host, so
/// the tenant is the one whose secret signed the token.
/// </summary>
internal sealed class ConnectAdmission(ConnectProduct product, string contextPath) : IAdmission
{
    private const string Scheme = "JWT ";

    public WireResponse? Refuse(RemoteCall call)
    {
        if (Token(call.Request) is not { } text)
        {
            return ConnectErrors.NotFromConnect();
        }

        if (ConnectJwt.Parse(text) is not { Algorithm: "HS256" } jwt)
        {
            return ConnectErrors.Unauthorized("The token is malformed or not signed with HS256");
        }

        Installation? tenant = Candidates(call.Cloud, jwt)
            .FirstOrDefault(candidate => jwt.IsSignedWith(candidate.Connect!.SharedSecret));
        if (tenant is null)
        {
            return ConnectErrors.Unauthorized("The issuer is unknown or the signature is invalid");
        }

        call.TokenId = tenant.Id;
        call.Installation = tenant;
        return ExplainTimes(call, jwt) is { } late ? ConnectErrors.Unauthorized(late) : CheckQsh(call, jwt);
    }

    public string? Claimed(EmulatedCloud cloud, WireRequest request) =>
        Token(request) is { } text && ConnectJwt.Parse(text) is { } jwt
            ? Candidates(cloud, jwt).FirstOrDefault(tenant => jwt.IsSignedWith(tenant.Connect!.SharedSecret))?.Id
            : null;

    private static string? ExplainTimes(RemoteCall call, ConnectJwt jwt)
    {
        TimeSpan skew = TimeSpan.FromMilliseconds(call.Settings.JwtSkewMs);
        return jwt switch
        {
            { Expiry: null } => "The claim 'exp' is missing",
            { Expiry: { } expiry } when expiry + skew < call.Now =>
                $"Expired at {expiry:O} and time is now {call.Now:O}",
            { NotBefore: { } start } when start - skew > call.Now => $"The token must not be used before {start:O}",
            _ => null,
        };
    }

    private WireResponse? CheckQsh(RemoteCall call, ConnectJwt jwt)
    {
        IReadOnlyList<string> right = ConnectQsh.Hashes(
            call.Request.Verb, call.Request.Path, contextPath, call.Request.Query);
        return jwt.Qsh switch
        {
            null => ConnectErrors.Unauthorized("The claim 'qsh' is missing"),
            { } sent when right.Contains(sent, StringComparer.Ordinal) => null,
            { } sent => ConnectErrors.Unauthorized(
                $"Expecting claim 'qsh' to have value '{right[0]}' but instead it has the value '{sent}'"),
        };
    }

    private IEnumerable<Installation> Candidates(EmulatedCloud cloud, ConnectJwt jwt) =>
        cloud.Installations.Where(installation =>
            installation is { Installed: true, Connect: { } tenant }
            && tenant.Product == product
            && tenant.AppKey == jwt.Issuer
            && (jwt.Audience.Count == 0 || jwt.Audience.Contains(tenant.ClientKey, StringComparer.Ordinal)));

    private static string? Token(WireRequest request)
    {
        string? header = request.Header("Authorization");
        return header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true
            ? header[Scheme.Length..].Trim()
            : QueryString.First(request.Query, "jwt");
    }
}
