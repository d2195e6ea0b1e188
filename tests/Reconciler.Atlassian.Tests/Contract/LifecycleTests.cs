using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Emulator;
using Reconciler.TestKit.Processes;

namespace Reconciler.Atlassian.Tests.Contract;

/// <summary>What happens to an app on its site, as the registries see it.</summary>
public sealed class LifecycleTests : IAsyncLifetime
{
    private readonly ModuleContent _item = ModuleContent.Parse("webItems", """{"name":{"value":"n"},"location":"l"}""");
    private readonly SettableSource _source = new(
        new Credential.Connect(EmulatorOptions.DefaultConnectApp, EmulatorOptions.DefaultConnectSecret));

    private EmulatorServer _remote = null!;
    private RemoteFixture _fixture = null!;

    private IModuleRegistry Jira => _fixture.Registry;

    public async Task InitializeAsync()
    {
        _remote = await EmulatorServer.StartAsync(new EmulatorOptions { Seed = 3 });
        _fixture = new RemoteFixture(_remote.BaseUrl, RemoteApi.ConnectJira, credentials: _source);
    }

    public async Task DisposeAsync()
    {
        _fixture.Dispose();
        await _remote.DisposeAsync();
    }

    [Fact]
    public async Task X21_in_Forge_a_static_key_hides_the_module_from_the_list_only()
    {
        using var remote = new RemoteFixture(
            _remote.BaseUrl, RemoteApi.ForgeV1, credentials: new FixedCredential(
                new Credential.Bearer(EmulatorOptions.DefaultToken)));
        var request = new CreateRequest("a", "clash", RemoteFixture.Content, () => true);
        Assert.IsType<CreateOutcome.Created>(await remote.Registry.CreateAsync(request, default));
        _remote.Configure(settings => settings with { Manifest = new() { Keys = ["clash"] } });
        Assert.Empty(Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default)).Modules);
        Assert.IsType<LookupOutcome.Found>(await remote.Registry.GetAsync("clash", default));
    }

    [Fact]
    public async Task X21_in_Connect_a_static_key_removes_every_dynamic_module_and_is_a_conflict_from_then_on()
    {
        await CreateAsync("one");
        await CreateAsync("two");
        await StepAsync("upgrade", """{"installation":"emulator-jira","staticKeys":["one"]}""");
        Assert.Empty((await ListAsync()).Modules);
        var refused = Assert.IsType<CreateOutcome.Refused>(await CreateAsync("one"));
        Assert.IsType<RemoteFault.KeyConflict>(refused.Fault);
        Assert.IsType<CreateOutcome.Created>(await CreateAsync("two"));
    }

    [Fact]
    public async Task An_uninstalled_app_is_unauthorized_and_a_reinstalled_one_has_its_modules_back()
    {
        await CreateAsync("one");
        await StepAsync("uninstall", """{"installation":"emulator-jira"}""");
        Assert.IsType<RemoteFault.Unauthorized>(
            Assert.IsType<ListOutcome.Failed>(await Jira.ListAsync(default)).Fault);
        await StepAsync("reinstall", """{"installation":"emulator-jira"}""");
        Assert.Equal("one", Assert.Single((await ListAsync()).Modules).Key);
    }

    [Fact]
    public async Task A_rotated_secret_is_picked_up_within_the_call()
    {
        await StepAsync("rotate-secret", """{"installation":"emulator-jira","sharedSecret":"the-new-secret"}""");
        _source.Next = new Credential.Connect(EmulatorOptions.DefaultConnectApp, "the-new-secret");
        Assert.Empty((await ListAsync()).Modules);
        Assert.Equal(1, _source.Reloads);
        await ListAsync();
        Assert.Equal(1, _source.Reloads);
    }

    private Task<CreateOutcome> CreateAsync(string key) =>
        Jira.CreateAsync(new CreateRequest($"attempt-{key}", key, _item, () => true), default);

    private async Task<ListOutcome.Complete> ListAsync() =>
        Assert.IsType<ListOutcome.Complete>(await Jira.ListAsync(default));

    private async Task StepAsync(string step, string body)
    {
        var (status, text) = await LoopbackHttp.SendAsync(
            HttpMethod.Post, new Uri(_remote.BaseUrl, $"/_emulator/lifecycle/{step}"), body);
        Assert.True(status is 200 or 201, $"{status} {text}");
    }

    private sealed class SettableSource(Credential first) : ICredentialSource
    {
        public Credential Next { get; set; } = first;

        public int Reloads { get; private set; }

        public Credential Current { get; private set; } = first;

        public Task<Credential?> ReloadAsync(Credential rejected, CancellationToken cancellationToken)
        {
            Reloads++;
            Current = Next;
            return Task.FromResult<Credential?>(Current);
        }
    }
}
