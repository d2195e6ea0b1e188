using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.Lifecycle;

/// <summary>Forge calls a remote: the invocation token, the system token beside it, the keys (reference §6).</summary>
public sealed class InvocationTests
{
    [Fact]
    public async Task A_call_proves_itself_by_the_published_keys_and_brings_a_token_that_works()
    {
        await using Remote remote = await Remote.StartAsync();
        await using Receiver receiver = await Receiver.StartAsync();

        Reply sent = await remote.ControlAsync("POST", "invocations", $$"""{"url":"{{receiver.Url}}"}""");
        Receiver.Call call = await receiver.NextAsync();

        Assert.Equal(204, sent.Json.GetProperty("status").GetInt32());
        TokenValidationResult result = await VerifyAsync(remote, call.Authorization["Bearer ".Length..]);
        Assert.True(result.IsValid, result.Exception?.Message);
        JsonElement app = ((JsonWebToken)result.SecurityToken).GetPayloadValue<JsonElement>("app");
        Assert.Equal(EmulatorOptions.DefaultInstallation, app.GetProperty("installationId").GetString());
        Assert.StartsWith(
            remote.Server.BaseUrl.ToString(), app.GetProperty("apiBaseUrl").GetString(), StringComparison.Ordinal);
        string bearer = "Bearer " + call.SystemToken;
        string v1 = Remote.V2.Replace("v2", "v1", StringComparison.Ordinal);
        Assert.Equal(200, (await remote.SendAsync("GET", Remote.V2, null, bearer)).Status);
        Assert.Equal(200, (await remote.SendAsync("GET", v1, null, bearer)).Status);
        TokenSnapshot held = remote.Server.Snapshot().Installations[0].Tokens.Single(token => token.Id != "default");
        Assert.Equal(
            held.ExpiresAt!.Value.ToUnixTimeSeconds(),
            new DateTimeOffset(new JsonWebToken(call.SystemToken).ValidTo, TimeSpan.Zero).ToUnixTimeSeconds());
    }

    [Fact]
    public async Task X8_an_invocation_token_lives_25_seconds_and_a_system_token_is_delivered_until_half_its_life()
    {
        await using Remote remote = await Remote.StartFrozenAsync();

        JsonElement first = (await remote.ControlAsync("POST", "invocations", "{}")).Json;
        remote.Clock.Advance(TimeSpan.FromHours(1));
        JsonElement second = (await remote.ControlAsync("POST", "invocations", "{}")).Json;
        remote.Clock.Advance(TimeSpan.FromHours(1.5));
        JsonElement third = (await remote.ControlAsync("POST", "invocations", "{}")).Json;

        JsonWebToken fit = new(first.GetProperty("fit").GetString());
        Assert.Equal(TimeSpan.FromSeconds(25), fit.ValidTo - fit.IssuedAt);
        Assert.Equal(40, fit.Id.Length);
        Assert.StartsWith("forge/invocation-token/", fit.Kid, StringComparison.Ordinal);
        Assert.Equal(first.GetProperty("systemToken").GetString(), second.GetProperty("systemToken").GetString());
        Assert.NotEqual(first.GetProperty("systemToken").GetString(), third.GetProperty("systemToken").GetString());
        remote.Clock.Advance(TimeSpan.FromHours(4));
        string expired = "Bearer " + third.GetProperty("systemToken").GetString();
        Assert.Equal(401, (await remote.SendAsync("GET", Remote.V2, null, expired)).Status);
    }

    [Fact]
    public async Task Keys_rotate_and_an_old_token_fails_only_when_its_key_is_dropped()
    {
        await using Remote remote = await Remote.StartAsync();
        string fit = (await remote.ControlAsync("POST", "invocations", "{}")).Json.GetProperty("fit").GetString()!;

        await remote.ControlAsync("POST", "keys/rotate");
        bool kept = (await VerifyAsync(remote, fit)).IsValid;
        await remote.ControlAsync("POST", "keys/rotate?dropOld=true");
        bool dropped = (await VerifyAsync(remote, fit)).IsValid;

        Assert.Equal((true, false), (kept, dropped));
    }

    [Fact]
    public async Task Claims_can_be_bent_and_signatures_forged()
    {
        await using Remote remote = await Remote.StartAsync();

        Reply bent = await remote.ControlAsync(
            "POST", "invocations", """{"claims":{"aud":"someone-else","jti":null}}""");
        Reply forged = await remote.ControlAsync("POST", "invocations", """{"forged":true}""");

        JsonWebToken token = new(bent.Json.GetProperty("fit").GetString());
        Assert.Equal(["someone-else"], token.Audiences);
        Assert.Equal("", token.Id);
        Assert.False((await VerifyAsync(remote, forged.Json.GetProperty("fit").GetString()!)).IsValid);
    }

    [Fact]
    public async Task The_pump_calls_again_after_each_interval_until_it_is_stopped()
    {
        await using Remote remote = await Remote.StartAsync();
        await using Receiver receiver = await Receiver.StartAsync();

        await remote.ControlAsync("PUT", "pump", $$"""{"url":"{{receiver.Url}}","intervalMs":1}""");
        for (int i = 0; i < 3; i++)
        {
            Assert.NotEqual("", (await receiver.NextAsync()).SystemToken);
        }

        Assert.Equal(204, (await remote.ControlAsync("DELETE", "pump")).Status);
    }

    [Fact]
    public async Task Install_and_major_upgrade_announce_themselves_and_a_minor_upgrade_does_not()
    {
        await using Remote remote = await Remote.StartAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        string url = receiver.Url.ToString();

        Reply installed = await remote.ControlAsync("POST", "lifecycle/install", $$"""{"url":"{{url}}"}""");
        Reply minor = await remote.ControlAsync("POST", "lifecycle/upgrade", $$"""{"url":"{{url}}"}""");
        Reply major = await remote.ControlAsync("POST", "lifecycle/upgrade", $$"""{"url":"{{url}}","major":true}""");

        Assert.Contains("avi:forge:installed:app", (await receiver.NextAsync()).Body, StringComparison.Ordinal);
        Assert.Contains("avi:forge:upgraded:app", (await receiver.NextAsync()).Body, StringComparison.Ordinal);
        Assert.Equal(204, installed.Json.GetProperty("delivered").GetInt32());
        Assert.False(minor.Json.TryGetProperty("delivered", out _));
        Assert.Equal(204, major.Json.GetProperty("delivered").GetInt32());
    }

    [Fact]
    public async Task An_unreachable_remote_is_status_0()
    {
        await using Remote remote = await Remote.StartAsync();

        Reply reply = await remote.ControlAsync("POST", "invocations", """{"url":"http://127.0.0.1:1/"}""");

        Assert.Equal(0, reply.Json.GetProperty("status").GetInt32());
    }

    private static async Task<TokenValidationResult> VerifyAsync(Remote remote, string fit)
    {
        Reply keys = await remote.SendAsync("GET", "/.well-known/jwks.json", null, null);
        TokenValidationParameters rules = new()
        {
            ValidIssuer = "forge/invocation-token",
            ValidAudience = new EmulatorOptions().AppId,
            IssuerSigningKeys = new JsonWebKeySet(keys.Text).GetSigningKeys(),
            ValidAlgorithms = ["RS256"],
        };
        return await new JsonWebTokenHandler().ValidateTokenAsync(fit, rules);
    }
}
