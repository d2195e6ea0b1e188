using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Control;

/// <summary>tokens: made, rotated, expired, revoked.</summary>
internal static class ControlTokens
{
    public static WireResponse Answer_Locked(EmulatedCloud cloud, WireRequest request, string[] rest)
    {
        if (rest.Length == 0)
        {
            return request.Verb == "POST"
                ? Add(cloud, ControlApi.Read(request, ControlJson.Default.TokenRequest))
                : ControlApi.Error(405, $"{request.Verb} is not offered here");
        }

        if (cloud.Tokens.ById(rest[0]) is not { } token)
        {
            return ControlApi.Error(404, $"there is no token '{rest[0]}'");
        }

        switch (request.Verb, rest.ElementAtOrDefault(1))
        {
            case ("DELETE", null):
                cloud.Tokens.Remove(token.Id);
                return new WireResponse(204);
            case ("POST", "expire"):
                cloud.Tokens.Put(token with { ExpiresAt = cloud.Now });
                return new WireResponse(204);
            case ("POST", "rotate"):
                cloud.Tokens.Put(token with { ExpiresAt = cloud.Now });
                return Add(cloud, new TokenRequest { Installation = token.Installation, Kind = token.Kind });
            default:
                return ControlApi.Error(405, $"{request.Verb} is not offered here");
        }
    }

    private static WireResponse Add(EmulatedCloud cloud, TokenRequest wanted)
    {
        string installation = wanted.Installation ?? EmulatorOptions.DefaultInstallation;
        cloud.Ensure_Locked(installation);
        string id = cloud.Tokens.NextId();
        BearerToken token = new(
            id,
            wanted.Token ?? $"emulator-token-{id}-{cloud.NewKey_Locked()}",
            installation,
            wanted.Kind,
            wanted.TtlMs is { } ttl ? cloud.Now.AddMilliseconds(ttl) : null);
        cloud.Tokens.Put(token);
        return ControlApi.Ok(
            new TokenBody(token.Id, token.Secret, token.Installation, token.Kind, token.ExpiresAt),
            ControlJson.Default.TokenBody,
            201);
    }
}
