using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.Lifecycle;

/// <summary>Install, upgrade, uninstall, reinstall, rotate (reference §2.8, §7.6, §8.5, X21).</summary>
public sealed class LifecycleTests
{
    private const string Jira = "emulator-jira";

    private const string Item = """{"webItems":[{"key":"one"},{"key":"two"}]}""";

    [Fact]
    public async Task X21_a_static_conflict_hides_one_module_in_forge()
    {
        await using Remote remote = await Remote.StartAsync();
        string key = (await remote.PostAsync()).Key;
        await remote.PostAsync();

        Reply upgrade = await remote.ControlAsync("POST", "lifecycle/upgrade", $$"""{"staticKeys":["{{key}}"]}""");

        Assert.Equal(0, upgrade.Json.GetProperty("removed").GetInt32());
        Assert.Equal(1, (await remote.ListAsync()).Json.GetArrayLength());
        Assert.Equal(2, remote.Server.Modules().Count);
    }

    [Fact]
    public async Task X21_a_static_conflict_removes_all_modules_in_connect()
    {
        await using Remote remote = await Remote.StartAsync();
        ConnectClient app = new(remote, "");
        await app.PostAsync(Item);

        Reply harmless = await UpgradeAsync(remote, "other");
        Reply conflict = await UpgradeAsync(remote, "one");

        Assert.Equal(0, harmless.Json.GetProperty("removed").GetInt32());
        Assert.Equal(2, conflict.Json.GetProperty("removed").GetInt32());
        Assert.Equal("{}", (await app.GetAsync()).Text);
        Assert.Equal(400, (await app.PostAsync(Item)).Status);
    }

    [Fact]
    public async Task An_uninstalled_app_is_refused_and_connect_restores_its_modules_on_reinstall()
    {
        await using Remote remote = await Remote.StartAsync();
        ConnectClient app = new(remote, "");
        await app.PostAsync(Item);

        await remote.ControlAsync("POST", "lifecycle/uninstall", $$"""{"installation":"{{Jira}}"}""");
        Reply gone = await app.GetAsync();
        await remote.ControlAsync("POST", "lifecycle/reinstall", $$"""{"installation":"{{Jira}}"}""");
        Reply back = await app.GetAsync();

        Assert.Equal(401, gone.Status);
        Example.Same(Item, back.Text);
    }

    [Fact]
    public async Task Forge_gives_a_reinstalled_app_a_new_installation_and_no_modules()
    {
        await using Remote remote = await Remote.StartAsync();
        await remote.PostAsync();

        Reply reinstalled = await remote.ControlAsync("POST", "lifecycle/reinstall");

        string id = reinstalled.Json.GetProperty("installation").GetString()!;
        string bearer = "Bearer " + reinstalled.Json.GetProperty("token").GetString();
        Assert.NotEqual(EmulatorOptions.DefaultInstallation, id);
        Assert.Equal(401, (await remote.ListAsync()).Status);
        Assert.Equal("[]", (await remote.SendAsync("GET", Remote.V2, null, bearer)).Text);
    }

    [Fact]
    public async Task A_rotated_secret_replaces_the_old_one_at_once()
    {
        await using Remote remote = await Remote.StartAsync();
        ConnectClient app = new(remote, "");

        Reply rotated = await remote.ControlAsync(
            "POST", "lifecycle/rotate-secret", $$"""{"installation":"{{Jira}}"}""");
        Reply old = await app.GetAsync();
        app.Secret = rotated.Json.GetProperty("sharedSecret").GetString()!;

        Assert.Equal((401, 200), (old.Status, (await app.GetAsync()).Status));
    }

    [Fact]
    public async Task Another_tenant_of_the_same_app_is_told_apart_by_its_secret()
    {
        await using Remote remote = await Remote.StartAsync();
        await remote.ControlAsync(
            "POST", "lifecycle/install",
            """
            {"connect":{"clientKey":"second","appKey":"com.example.reconciler","sharedSecret":"s2",
            "product":"jira"}}
            """);
        ConnectClient second = new(remote, "") { Secret = "s2" };

        await second.PostAsync(Item);

        Assert.Equal("{}", (await new ConnectClient(remote, "").GetAsync()).Text);
        Assert.Equal(2, remote.Server.Modules("second", ModuleApi.ConnectJira).Count);
    }

    [Fact]
    public async Task A_connect_host_tells_the_app_its_secret_in_a_signed_callback_and_again_when_it_rotates()
    {
        await using Remote remote = await Remote.StartAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        string body = $$"""{"installation":"{{Jira}}","url":"{{receiver.Url}}"}""";

        Reply rotated = await remote.ControlAsync("POST", "lifecycle/rotate-secret", body);
        Receiver.Call call = await receiver.NextAsync();

        Assert.Equal(204, rotated.Json.GetProperty("delivered").GetInt32());
        JsonElement told = JsonDocument.Parse(call.Body).RootElement;
        Assert.Equal(
            rotated.Json.GetProperty("sharedSecret").GetString(), told.GetProperty("sharedSecret").GetString());
        Assert.Equal("installed", told.GetProperty("eventType").GetString());
        JsonWebToken token = new(call.Authorization["JWT ".Length..]);
        string pem = (await remote.SendAsync("GET", "/connect-install-keys/" + token.Kid, null, null)).Text;
        using RSA rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        TokenValidationResult result = await new JsonWebTokenHandler().ValidateTokenAsync(
            token.EncodedToken,
            new TokenValidationParameters
            {
                ValidIssuer = Jira,
                ValidAudience = receiver.Url.GetLeftPart(UriPartial.Authority),
                IssuerSigningKey = new RsaSecurityKey(rsa),
            });
        Assert.True(result.IsValid, result.Exception?.Message);
    }

    [Theory]
    [InlineData("lifecycle/explode", "{}", 404)]
    [InlineData("lifecycle/upgrade", """{"installation":"nobody"}""", 404)]
    [InlineData("lifecycle/rotate-secret", "{}", 404)]
    [InlineData("lifecycle/install", """{"url":"not-absolute"}""", 400)]
    public async Task A_step_that_cannot_be_done_says_why(string path, string body, int status)
    {
        await using Remote remote = await Remote.StartAsync();

        Reply reply = await remote.ControlAsync("POST", path, body);

        Assert.Equal(status, reply.Status);
        Assert.NotNull(reply.Json.GetProperty("error").GetString());
    }

    private static Task<Reply> UpgradeAsync(Remote remote, string staticKey) => remote.ControlAsync(
        "POST", "lifecycle/upgrade", $$"""{"installation":"{{Jira}}","staticKeys":["{{staticKey}}"]}""");
}
