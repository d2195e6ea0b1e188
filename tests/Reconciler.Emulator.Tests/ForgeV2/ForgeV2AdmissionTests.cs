using Reconciler.Emulator.State;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.ForgeV2;

/// <summary>Tokens, installations and the two voices that say 401 (reference §2.4).</summary>
public sealed class ForgeV2AdmissionTests
{
    private const string Gateway = """{"code":401,"message":"Unauthorized"}""";

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer wrong")]
    [InlineData("Basic emulator-token")]
    public async Task Without_a_known_bearer_token_the_gateway_refuses(string? authorization)
    {
        await using Remote remote = await Remote.StartAsync();

        Reply reply = await remote.SendAsync("POST", Remote.V2, Remote.Trigger, authorization);

        Assert.Equal((401, Gateway), (reply.Status, reply.Text));
        Assert.Equal(37, reply.Text.Length);
        Assert.Equal("FAILURE_CLIENT_AUTH", reply.Header("x-failure-category"));
        Assert.NotNull(reply.Header("atl-traceid"));
        Assert.Empty(remote.Server.Modules());
    }

    [Fact]
    public async Task Each_installation_sees_only_its_own_modules()
    {
        await using Remote remote = await Remote.StartAsync();
        Reply token = await remote.ControlAsync("POST", "tokens", """{"installation":"other"}""");
        string other = "Bearer " + token.Json.GetProperty("token").GetString();

        await remote.PostAsync();

        Assert.Equal("[]", (await remote.SendAsync("GET", Remote.V2, null, other)).Text);
        Assert.Single(remote.Server.Modules());
        Assert.Empty(remote.Server.Modules("other"));
    }

    [Fact]
    public async Task A_token_works_until_it_expires()
    {
        await using Remote remote = await Remote.StartFrozenAsync();
        Reply made = await remote.ControlAsync("POST", "tokens", """{"ttlMs":60000}""");
        string bearer = "Bearer " + made.Json.GetProperty("token").GetString();

        Assert.Equal(200, (await remote.SendAsync("GET", Remote.V2, null, bearer)).Status);
        remote.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(401, (await remote.SendAsync("GET", Remote.V2, null, bearer)).Status);
    }

    [Fact]
    public async Task A_rotated_token_stops_and_its_successor_works()
    {
        await using Remote remote = await Remote.StartAsync();

        Reply rotated = await remote.ControlAsync("POST", "tokens/default/rotate");

        string bearer = "Bearer " + rotated.Json.GetProperty("token").GetString();
        Assert.Equal(401, (await remote.ListAsync()).Status);
        Assert.Equal(200, (await remote.SendAsync("GET", Remote.V2, null, bearer)).Status);
    }

    [Fact]
    public async Task A_user_token_is_the_wrong_class()
    {
        await using Remote remote = await Remote.StartAsync();
        await remote.ControlAsync("POST", "tokens", """{"token":"a-user","kind":"user"}""");

        Reply reply = await remote.SendAsync("GET", Remote.V2, null, "Bearer a-user");

        Assert.Equal(401, reply.Status);
        Assert.Equal("FAILURE_CLIENT_AUTH_MISMATCH", reply.Header("x-failure-category"));
    }

    [Fact]
    public async Task A_token_without_permission_gets_the_printed_refusal_of_the_service()
    {
        await using Remote remote = await Remote.StartAsync();
        await remote.ControlAsync("POST", "tokens", """{"token":"stranger","kind":"stranger"}""");

        Reply reply = await remote.SendAsync("GET", Remote.V2, null, "Bearer stranger");

        Assert.Equal((401, """{"message":"Authorization failed"}"""), (reply.Status, reply.Text));
        Assert.Null(reply.Header("x-emulator-synthetic"));
    }

    [Fact]
    public async Task A_fresh_installation_refuses_for_its_first_seconds()
    {
        await using Remote remote = await Remote.StartFrozenAsync(
            knobs => knobs with { UnauthorizedAfterInstallMs = 120_000 });

        Reply early = await remote.ListAsync();
        remote.Clock.Advance(TimeSpan.FromSeconds(120));
        Reply later = await remote.ListAsync();

        Assert.Equal((401, 200), (early.Status, later.Status));
    }

    [Fact]
    public async Task No_log_and_no_state_ever_shows_a_token()
    {
        await using Remote remote = await Remote.StartAsync();
        await remote.PostAsync();
        await remote.SendAsync("GET", Remote.V2, null, "Bearer some-wrong-secret");

        string seen = (await remote.ControlAsync("GET", "requests")).Text
            + (await remote.ControlAsync("GET", "state")).Text
            + (await remote.ControlAsync("GET", "settings")).Text;

        Assert.DoesNotContain(EmulatorOptions.DefaultToken, seen, StringComparison.Ordinal);
        Assert.DoesNotContain("some-wrong-secret", seen, StringComparison.Ordinal);
        Assert.Contains("\"tokenId\":\"default\"", seen, StringComparison.Ordinal);
        BearerToken token = new("id", "s3cret", "i", TokenKind.App, null);
        Assert.DoesNotContain("s3cret", token.ToString(), StringComparison.Ordinal);
    }
}
