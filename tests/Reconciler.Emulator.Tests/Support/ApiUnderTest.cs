using Reconciler.Emulator.State;

namespace Reconciler.Emulator.Tests.Support;

/// <summary>What every API can do, whatever its wire: make a module with a name, list the names, remove one.</summary>
internal sealed class ApiUnderTest(Remote remote, string api)
{
    private const string Container = "/atlassian/forge/installation/v1/dynamic/module";

    private const string Offline = "Forge as=app,installationId=" + EmulatorOptions.DefaultInstallation;

    private readonly ConnectClient _connect = new(remote, api == "connectConfluence" ? "/wiki" : "");

    private bool IsConnect => api.StartsWith("connect", StringComparison.Ordinal);

    public IReadOnlyList<StoredModule> Held => api switch
    {
        "v2" => remote.Server.Modules(),
        "connectJira" => remote.Server.Modules("emulator-jira", ModuleApi.ConnectJira),
        "connectConfluence" => remote.Server.Modules("emulator-confluence", ModuleApi.ConnectConfluence),
        _ => remote.Server.Modules(api: ModuleApi.ForgeV1),
    };

    public Task<Reply> CreateAsync(string name) => IsConnect
        ? _connect.PostAsync($$$"""{"webItems":[{"key":"{{{name}}}","note":"{{{name}}}"}]}""")
        : ForgeAsync("POST", "", api == "v2"
            ? $$$"""{"type":"trigger","data":{"note":"{{{name}}}"}}"""
            : $$$"""{"key":"{{{name}}}","type":"trigger","data":{"note":"{{{name}}}"}}""");

    public Task<Reply> ListAsync() => IsConnect ? _connect.GetAsync() : ForgeAsync("GET", "");

    public Task<Reply> RemoveAsync(string key) =>
        IsConnect ? _connect.DeleteAsync(key) : ForgeAsync("DELETE", "/" + key);

    public Task<Reply> StrangerAsync() => api switch
    {
        "container" => remote.SendAsync("GET", Container, null, "Bearer " + EmulatorOptions.DefaultToken),
        "connectJira" => remote.SendAsync("GET", ConnectClient.Resource, null, "JWT e30.e30.e30"),
        "connectConfluence" => remote.SendAsync("GET", "/wiki" + ConnectClient.Resource, null, "JWT e30.e30.e30"),
        _ => remote.SendAsync("GET", $"/forge/installation/{api}/dynamic/module", null, "Bearer stranger"),
    };

    private Task<Reply> ForgeAsync(string verb, string suffix, string? body = null) => api == "container"
        ? remote.SendAsync(
            verb, Container + suffix, body, null,
            headers: ("forge-proxy-authorization", Offline))
        : remote.SendAsync(verb, $"/forge/installation/{api}/dynamic/module{suffix}", body);
}
