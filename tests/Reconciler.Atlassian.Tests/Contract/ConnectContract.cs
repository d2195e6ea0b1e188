using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;
using Reconciler.Emulator;

namespace Reconciler.Atlassian.Tests.Contract;

/// <summary>What the two Connect products share beyond the common contract.</summary>
public abstract class ConnectContract : RegistryContract
{
    protected override string ModuleType => "webItems";

    protected override Credential Credential =>
        new Credential.Connect(EmulatorOptions.DefaultConnectApp, EmulatorOptions.DefaultConnectSecret);

    protected override Credential WrongCredential =>
        new Credential.Connect(EmulatorOptions.DefaultConnectApp, "another secret");

    protected override string Data(string text) =>
        $$$"""{"name":{"value":"{{{text}}}"},"location":"system.top.navigation.bar"}""";

    [Fact]
    public async Task X12_I13_a_delete_names_its_key_and_leaves_the_others()
    {
        var registry = Registry;
        await CreatedAsync(registry, "one");
        await CreatedAsync(registry, "two");
        Assert.IsType<DeleteOutcome.Deleted>(await registry.DeleteAsync("key-one", default));
        Assert.Equal("key-two", Assert.Single((await CompleteAsync(registry)).Modules).Key);
        Assert.All(
            Remote.Requests().Where(request => request.Verb == "DELETE"),
            request => Assert.Contains("moduleKey=", request.Query, StringComparison.Ordinal));
        await Assert.ThrowsAsync<ArgumentException>(() => registry.DeleteAsync("", default));
    }

    [Fact]
    public async Task X14_keys_that_need_encoding_are_signed_as_they_are_sent()
    {
        var registry = Registry;
        foreach (var key in new[] { "a b", "c,d", "e*f~g", "é/&=+%" })
        {
            var request = new CreateRequest("a", key, Content("one"), () => true);
            Assert.IsType<CreateOutcome.Created>(await registry.CreateAsync(request, default));
            Assert.IsType<DeleteOutcome.Deleted>(await registry.DeleteAsync(key, default));
            Assert.Empty((await CompleteAsync(registry)).Modules);
        }
    }

    [Fact]
    public async Task An_update_is_a_replacement_under_the_same_key_and_a_second_one_writes_nothing()
    {
        var registry = Registry;
        var key = await CreatedAsync(registry, "one");
        Assert.IsType<UpdateOutcome.Updated>(await registry.UpdateAsync(key, Content("two"), default));
        Assert.Equal(["POST", "DELETE", "POST"], Writes());
        Assert.IsType<UpdateOutcome.Updated>(await registry.UpdateAsync(key, Content("two"), default));
        Assert.Equal(["POST", "DELETE", "POST"], Writes());
    }

    [Fact]
    public async Task A_key_of_another_type_is_a_conflict_too()
    {
        var registry = Registry;
        await CreatedAsync(registry, "one");
        var refused = Assert.IsType<CreateOutcome.Refused>(await registry.CreateAsync(
            new CreateRequest(
                "a", "key-one", Core.Modules.ModuleContent.Parse("webhooks", """{"event":"e","url":"/u"}"""),
                () => true),
            default));
        Assert.IsType<RemoteFault.KeyConflict>(refused.Fault);
    }

    [Fact]
    public async Task A_batch_is_one_request_and_all_of_it_is_there()
    {
        var registry = Registry;
        var outcome = await registry.Batches!.CreateAllAsync(
            [Request("one"), Request("two"), Request("three")], default);
        Assert.IsType<BatchOutcome.Created>(outcome);
        Assert.Equal(["POST"], Writes());
        Assert.Equal(
            ["key-one", "key-three", "key-two"], (await CompleteAsync(registry)).Modules.Select(module => module.Key));
    }

    [Fact]
    public async Task A_batch_with_a_key_that_is_taken_registers_none_of_it()
    {
        var registry = Registry;
        await CreatedAsync(registry, "two");
        var refused = Assert.IsType<BatchOutcome.Refused>(
            await registry.Batches!.CreateAllAsync([Request("one"), Request("two")], default));
        Assert.True(refused.Sent);
        Assert.Contains(
            "key-two", Assert.IsType<RemoteFault.KeyConflict>(refused.Fault).Message, StringComparison.Ordinal);
        Assert.Equal("key-two", Assert.Single((await CompleteAsync(registry)).Modules).Key);
    }

    [Fact]
    public async Task A_batch_beyond_the_limit_registers_none_of_it()
    {
        var registry = Registry;
        await CompleteAsync(registry);
        Remote.Configure(settings => settings with { MaxModules = 2 });
        var refused = Assert.IsType<BatchOutcome.Refused>(
            await registry.Batches!.CreateAllAsync([Request("one"), Request("two"), Request("three")], default));
        Assert.IsType<RemoteFault.QuotaExceeded>(refused.Fault);
        Assert.Empty((await CompleteAsync(registry)).Modules);
    }

    [Fact]
    public async Task A_batch_is_not_sent_when_one_of_it_may_not_be()
    {
        var registry = Registry;
        var outcome = await registry.Batches!.CreateAllAsync(
            [Request("one"), Request("two") with { MaySend = () => false }], default);
        Assert.False(Assert.IsType<BatchOutcome.Refused>(outcome).Sent);
        Assert.Empty(Writes());
    }

    private CreateRequest Request(string name) => new($"attempt-{name}", $"key-{name}", Content(name), () => true);

    private IEnumerable<string> Writes() =>
        Remote.Requests().Where(request => request.Verb != "GET").Select(request => request.Verb);
}
