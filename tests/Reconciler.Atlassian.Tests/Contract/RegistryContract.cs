using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Emulator;
using Reconciler.Emulator.Faults;
using FaultRule = Reconciler.Emulator.Faults.FaultRule;

namespace Reconciler.Atlassian.Tests.Contract;

/// <summary>What every API must do behind the one port, against the emulator over HTTP.</summary>
public abstract class RegistryContract : IAsyncLifetime
{
    private readonly List<RemoteFixture> _fixtures = [];

    protected EmulatorServer Remote { get; private set; } = null!;

    protected abstract RemoteApi Api { get; }

    protected abstract string ModuleType { get; }

    /// <summary>Data that is valid for <see cref="ModuleType"/>; another text gives other data.</summary>
    protected abstract string Data(string text);

    protected virtual Uri BaseUrl => Remote.BaseUrl;

    protected virtual Credential Credential => new Credential.Bearer(EmulatorOptions.DefaultToken);

    protected virtual Credential WrongCredential => new Credential.Bearer("wrong-token-0123456789");

    protected IModuleRegistry Registry => Over(Credential);

    public async Task InitializeAsync() =>
        Remote = await EmulatorServer.StartAsync(new EmulatorOptions { Seed = 7 });

    public async Task DisposeAsync()
    {
        _fixtures.ForEach(fixture => fixture.Dispose());
        await Remote.DisposeAsync();
    }

    [Fact]
    public async Task A_module_lives_from_create_to_delete()
    {
        var registry = Registry;
        Assert.Empty((await CompleteAsync(registry)).Modules);
        var key = await CreatedAsync(registry, "one");
        var listed = Assert.Single((await CompleteAsync(registry)).Modules);
        Assert.Equal(new ObservedModule(key, Content("one")), listed);
        Assert.Equal(new LookupOutcome.Found(listed), await registry.GetAsync(key, default));

        Assert.IsType<UpdateOutcome.Updated>(await registry.UpdateAsync(key, Content("two"), default));
        Assert.Equal(
            MatchRelation.Identical,
            Assert.Single((await CompleteAsync(registry)).Modules).Content.RelateTo(Content("two")));

        Assert.IsType<DeleteOutcome.Deleted>(await registry.DeleteAsync(key, default));
        Assert.IsType<LookupOutcome.Absent>(await registry.GetAsync(key, default));
        Assert.Empty((await CompleteAsync(registry)).Modules);
    }

    [Fact]
    public async Task An_update_of_a_module_that_is_gone_is_absent()
    {
        Assert.IsType<UpdateOutcome.Absent>(await Registry.UpdateAsync("no-such-key", Content("one"), default));
    }

    [Fact]
    public async Task Two_creates_make_two_modules_or_a_conflict()
    {
        var registry = Registry;
        await CreatedAsync(registry, "one");
        var second = await CreateAsync(registry, "one", key: "key-one");
        if (Api.HasClientKeys())
        {
            Assert.IsType<RemoteFault.KeyConflict>(Assert.IsType<CreateOutcome.Refused>(second).Fault);
            Assert.Single((await CompleteAsync(registry)).Modules);
        }
        else
        {
            Assert.IsType<CreateOutcome.Created>(second);
            Assert.Equal(2, (await CompleteAsync(registry)).Modules.Length);
        }
    }

    [Theory]
    [InlineData(FaultKind.DropAfterCommit, 1)]
    [InlineData(FaultKind.DropBeforeCommit, 0)]
    [InlineData(FaultKind.StatusAfterCommit, 1)]
    [InlineData(FaultKind.StatusBeforeCommit, 0)]
    [InlineData(FaultKind.CutBody, 1)]
    public async Task A_create_without_a_clear_answer_is_unknown_and_sent_once(FaultKind fault, int modules)
    {
        Remote.AddFault(new FaultRule { Kind = fault, Verb = "POST", Status = 500 });
        var registry = Registry;
        var outcome = await CreateAsync(registry, "one", "key-one");

        // Connect answers without a body (reference.md §7.1): a cut leaves the status line whole, or nothing.
        var isWhole = fault == FaultKind.CutBody && Api.ReplacesOnUpdate() && outcome is CreateOutcome.Created;
        Assert.True(isWhole || outcome is CreateOutcome.Unknown, $"{outcome}");
        Assert.Equal(modules, (await CompleteAsync(registry)).Modules.Length);
        Assert.Single(Remote.Requests(), request => request.Verb == "POST");
    }

    [Fact]
    public async Task The_attempt_id_reaches_the_remote()
    {
        await CreatedAsync(Registry, "one");
        Assert.Equal("attempt-one", Assert.Single(Remote.Requests(), request => request.Verb == "POST").Attempt);
    }

    [Fact]
    public async Task A_wrong_credential_is_unauthorized_everywhere()
    {
        var registry = Over(WrongCredential);
        Assert.IsType<RemoteFault.Unauthorized>(
            Assert.IsType<ListOutcome.Failed>(await registry.ListAsync(default)).Fault);
        Assert.IsType<RemoteFault.Unauthorized>(
            Assert.IsType<CreateOutcome.Refused>(await CreateAsync(registry, "one", "key-one")).Fault);
        Assert.IsType<RemoteFault.Unauthorized>(
            Assert.IsType<UpdateOutcome.Failed>(await registry.UpdateAsync("k", Content("one"), default)).Fault);
        Assert.IsType<RemoteFault.Unauthorized>(
            Assert.IsType<DeleteOutcome.Failed>(await registry.DeleteAsync("k", default)).Fault);
    }

    [Fact]
    public async Task The_module_that_is_too_many_is_told_from_a_bad_one()
    {
        Remote.Configure(settings => settings with { MaxModules = 3 });
        var registry = Over(Credential, new RemoteOptions { RequestsPerSecond = 10_000, Quota = 3 });
        await CompleteAsync(registry);
        for (var i = 0; i < 3; i++)
        {
            await CreatedAsync(registry, $"{i}");
        }

        var refused = Assert.IsType<CreateOutcome.Refused>(await CreateAsync(registry, "4", "key-4"));
        Assert.IsType<RemoteFault.QuotaExceeded>(refused.Fault);
    }

    [Fact]
    public async Task A_throttled_installation_is_left_alone()
    {
        Remote.AddFault(new FaultRule
        {
            Kind = FaultKind.StatusBeforeCommit, Status = 429, Count = 1,
            Headers = new Dictionary<string, string> { ["Retry-After"] = "30" },
        });
        var registry = Registry;
        Assert.IsType<RemoteFault.Throttled>(
            Assert.IsType<ListOutcome.Failed>(await registry.ListAsync(default)).Fault);
        Assert.IsType<RemoteFault.Throttled>(
            Assert.IsType<CreateOutcome.Refused>(await CreateAsync(registry, "one", "key-one")).Fault);
        Assert.Single(Remote.Requests());
    }

    [Theory]
    [InlineData(FaultKind.TruncatedBody)]
    [InlineData(FaultKind.CutBody)]
    [InlineData(FaultKind.GarbledJson)]
    [InlineData(FaultKind.HtmlBody)]
    public async Task A_damaged_list_is_a_failure(FaultKind fault)
    {
        var registry = Registry;
        await CreatedAsync(registry, "one");
        Remote.AddFault(new FaultRule { Kind = fault, Verb = "GET" });
        Assert.IsType<ListOutcome.Failed>(await registry.ListAsync(default));
    }

    protected static async Task<ListOutcome.Complete> CompleteAsync(IModuleRegistry registry) =>
        Assert.IsType<ListOutcome.Complete>(await registry.ListAsync(default));

    protected IModuleRegistry Over(Credential credential, RemoteOptions? options = null)
    {
        var fixture = new RemoteFixture(BaseUrl, Api, credentials: new FixedCredential(credential), options: options);
        _fixtures.Add(fixture);
        return fixture.Registry;
    }

    protected ModuleContent Content(string text) => ModuleContent.Parse(ModuleType, Data(text));

    protected Task<CreateOutcome> CreateAsync(IModuleRegistry registry, string text, string? key) =>
        registry.CreateAsync(
            new CreateRequest($"attempt-{text}", Api.HasClientKeys() ? key : null, Content(text), () => true), default);

    protected async Task<string> CreatedAsync(IModuleRegistry registry, string text)
    {
        var created = Assert.IsType<CreateOutcome.Created>(await CreateAsync(registry, text, $"key-{text}"));
        Assert.True(created.Content is null || created.Content.RelateTo(Content(text)) >= MatchRelation.Covers);
        return created.Key;
    }
}
