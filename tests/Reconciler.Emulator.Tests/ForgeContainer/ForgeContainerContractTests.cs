using System.Text.Json;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.ForgeContainer;

/// <summary>The egress proxy of Forge Containers (reference §4).</summary>
public sealed class ForgeContainerContractTests
{
    private const string Collection = "/atlassian/forge/installation/v1/dynamic/module";

    private const string Offline = "Forge as=app,installationId=" + EmulatorOptions.DefaultInstallation;

    private const string Body = """{"key":"k","type":"trigger","data":{"events":["e"],"endpoint":"p"}}""";

    [Fact]
    public async Task X4_an_update_goes_to_the_collection_or_to_the_item()
    {
        await using Remote remote = await Remote.StartAsync();
        Assert.Equal(201, (await CallAsync(remote, "POST", "", Body)).Status);

        Reply collection = await CallAsync(
            remote, "PUT", "", """{"key":"k","type":"trigger","data":{"events":["f"]}}""");
        Reply item = await CallAsync(remote, "PUT", "/k", """{"key":"k","type":"trigger","data":{"events":["g"]}}""");
        Reply unknown = await CallAsync(remote, "PUT", "", """{"key":"no","type":"trigger","data":{}}""");
        Reply keyless = await CallAsync(remote, "PUT", "", Remote.Trigger);

        Assert.Equal((200, 200, 404, 422), (collection.Status, item.Status, unknown.Status, keyless.Status));
        Example.Same("""{"key":"k","type":"trigger","data":{"key":"k","events":["f"]}}""", collection.Text);
    }

    [Fact]
    public async Task A_list_is_always_an_envelope()
    {
        await using Remote remote = await Remote.StartAsync();

        Assert.Equal("""{"result":[]}""", (await CallAsync(remote, "GET", "")).Text);
        await CallAsync(remote, "POST", "", Body);
        await CallAsync(remote, "POST", "", Body.Replace("\"k\"", "\"l\"", StringComparison.Ordinal));
        Reply part = await CallAsync(remote, "GET", "?limit=1");
        string cursor = Uri.EscapeDataString(part.Json.GetProperty("lastEvaluatedKey").GetString()!);
        Reply rest = await CallAsync(remote, "GET", "?limit=1&nextPageToken=" + cursor);

        Assert.Equal("l", rest.Json.GetProperty("result")[0].GetProperty("key").GetString());
        Assert.False(rest.Json.TryGetProperty("lastEvaluatedKey", out _));
    }

    [Fact]
    public async Task The_proxy_forwards_to_v1()
    {
        await using Remote remote = await Remote.StartAsync();
        await CallAsync(remote, "POST", "", Body);

        Assert.Equal(200, (await remote.SendAsync("GET", "/forge/installation/v1/dynamic/module/k")).Status);
        Assert.Equal(204, (await CallAsync(remote, "DELETE", "/k")).Status);
        Assert.Empty(remote.Server.Modules(api: ModuleApi.ForgeV1));
    }

    [Theory]
    [InlineData(Offline, 200)]
    [InlineData("Forge as=app,installationId=00000000-0000-4000-8000-000000000001", 200)]
    [InlineData("Forge as=user,accountId=a,installationId=00000000-0000-4000-8000-000000000001", 401)]
    [InlineData("Forge as=app", 401)]
    [InlineData("Forge as=app,id=unknown", 401)]
    [InlineData("as=app,installationId=00000000-0000-4000-8000-000000000001", 401)]
    [InlineData(null, 401)]
    public async Task X9_the_proxy_takes_an_installation_id_and_refuses_what_names_none(string? header, int status)
    {
        await using Remote remote = await Remote.StartAsync();

        Assert.Equal(status, (await CallAsync(remote, "GET", "", header: header)).Status);
    }

    [Fact]
    public async Task X9_the_proxy_takes_an_invocation_id()
    {
        await using Remote remote = await Remote.StartAsync();
        Reply invocation = await remote.ControlAsync("POST", "invocations", "{}");
        string id = invocation.Json.GetProperty("invocationId").GetString()!;

        Assert.Equal(200, (await CallAsync(remote, "GET", "", header: $"Forge as=app,id={id}")).Status);
    }

    [Fact]
    public async Task Installations_are_listed_in_pages_and_found_one_by_one()
    {
        await using Remote remote = await Remote.StartAsync();
        await remote.ControlAsync("POST", "lifecycle/install");

        JsonElement first = (await remote.SendAsync("GET", "/v1/installations?pageSize=1", null, null)).Json;
        string cursor = Uri.EscapeDataString(first.GetProperty("cursor").GetString()!);
        JsonElement second = (await remote.SendAsync("GET", "/v1/installations?cursor=" + cursor, null, null)).Json;
        string id = second.GetProperty("installations")[0].GetProperty("id").GetString()!;
        Reply one = await remote.SendAsync("GET", "/v1/installation/" + Uri.EscapeDataString(id), null, null);

        Assert.Equal(JsonValueKind.Null, second.GetProperty("cursor").ValueKind);
        Assert.Equal(1, first.GetProperty("installations").GetArrayLength());
        Assert.Equal(id, one.Json.GetProperty("id").GetString());
    }

    private static Task<Reply> CallAsync(
        Remote remote, string verb, string suffix, string? body = null, string? header = Offline) =>
        remote.SendAsync(
            verb, Collection + suffix, body, null,
            headers: header is null ? [] : [("forge-proxy-authorization", header)]);
}
