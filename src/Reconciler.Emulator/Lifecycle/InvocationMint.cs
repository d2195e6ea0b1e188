using System.Text;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Lifecycle;

/// <summary>Makes invocations: claims by reference §6.3, token life by §6.4.</summary>
internal static class InvocationMint
{
    private const int RememberedInvocations = 10_000;

    /// <param name="cloud">The gate is held.</param>
    /// <param name="installation">The tenant that calls.</param>
    /// <param name="order">What the token shall say.</param>
    public static Invocation Mint_Locked(EmulatedCloud cloud, Installation installation, InvocationOrder order)
    {
        string id = cloud.NewKey_Locked();
        if (cloud.Invocations.Count >= RememberedInvocations)
        {
            cloud.Invocations.Clear();
        }

        cloud.Invocations[id] = installation.Id;
        BearerToken system = SystemToken_Locked(cloud, installation);
        string claims = FitClaims.Render_Locked(cloud, installation, order);
        string fit = order.Forged ? cloud.Signer.Forge(claims) : cloud.Signer.Sign(claims);
        return new Invocation(id, installation.Id, order.ModuleKey, fit, system.Secret, system.ExpiresAt!.Value);
    }

    /// <summary>The same token is delivered again while at least half of its life is left (reference §6.4).</summary>
    private static BearerToken SystemToken_Locked(EmulatedCloud cloud, Installation installation)
    {
        TimeSpan life = TimeSpan.FromMilliseconds(cloud.Settings.TokenTtlMs);
        BearerToken? current = cloud.Tokens.All
            .Where(token => token.Installation == installation.Id && token.IsSystem)
            .Where(token => token.ExpiresAt >= cloud.Now + (life / 2))
            .MaxBy(token => token.ExpiresAt);
        if (current is not null)
        {
            return current;
        }

        DateTimeOffset expiresAt = cloud.Now + life;
        string secret = cloud.Signer.Sign(Claims(cloud, expiresAt));
        BearerToken made = new(cloud.Tokens.NextId(), secret, installation.Id, TokenKind.App, expiresAt)
        {
            IsSystem = true,
        };
        cloud.Tokens.Put(made);
        return made;
    }

    private static string Claims(EmulatedCloud cloud, DateTimeOffset expiresAt) =>
        Encoding.UTF8.GetString(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("aud", cloud.AppId);
            writer.WriteNumber("iat", cloud.Now.ToUnixTimeSeconds());
            writer.WriteNumber("exp", expiresAt.ToUnixTimeSeconds());
            writer.WriteString("jti", cloud.NewKey_Locked());
            writer.WriteEndObject();
        }));
}
