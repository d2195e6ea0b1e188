using System.Text.Json;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Emulator.Faults;
using Reconciler.Emulator.Settings;
using FaultRule = Reconciler.Emulator.Faults.FaultRule;

namespace Reconciler.Atlassian.Tests.Contract;

/// <summary>What the Forge APIs share beyond the common contract: pages.</summary>
public abstract class ForgeContract : RegistryContract
{
    protected override string ModuleType => "trigger";

    protected override string Data(string text) =>
        $$"""{"events":["avi:jira:updated:issue"],"endpoint":"endpoint-{{text}}"}""";

    [Theory]
    [InlineData(ListShape.Default)]
    [InlineData(ListShape.ResultLastEvaluatedKey)]
    [InlineData(ListShape.ResultsLastEvaluatedKey)]
    [InlineData(ListShape.ResultsNextPageToken)]
    [InlineData(ListShape.ArrayHeader)]
    public async Task X1_M5_every_shape_and_page_size_gives_the_same_list(ListShape shape)
    {
        Remote.Configure(settings => settings with { ListShape = shape });
        var registry = Registry;
        for (var i = 0; i < 12; i++)
        {
            await CreatedAsync(registry, $"{i}");
        }

        var whole = (await CompleteAsync(registry)).Modules;
        Assert.Equal(12, whole.Length);
        Remote.AddFault(new FaultRule { Kind = FaultKind.EmptyPage, Verb = "GET", Nth = 2, Count = 1 });
        foreach (var size in new[] { 1, 5, 7, 11, 13 })
        {
            var options = new RemoteOptions { RequestsPerSecond = 10_000, PageSize = size };
            Assert.Equal<ObservedModule>(whole, (await CompleteAsync(Over(Credential, options))).Modules);
        }
    }

    [Theory]
    [InlineData(ListShape.Array)]
    [InlineData(ListShape.Unbracketed)]
    public async Task X1_a_shape_without_room_for_a_token_is_read_without_limit(ListShape shape)
    {
        Remote.Configure(settings => settings with { ListShape = shape });
        var registry = Over(Credential, new RemoteOptions { RequestsPerSecond = 10_000, PageSize = 5 });
        for (var i = 0; i < 12; i++)
        {
            await CreatedAsync(registry, $"{i}");
        }

        var complete = await CompleteAsync(registry);
        Assert.Equal(12, complete.Modules.Length);

        // The container always has an envelope (P4).
        Assert.Equal(Api != RemoteApi.ForgeContainer, complete.Warning is not null);
    }

    [Theory]
    [InlineData(FaultKind.RepeatedPageToken)]
    [InlineData(FaultKind.EndlessList)]
    public async Task A_list_that_turns_in_circles_is_malformed(FaultKind fault)
    {
        var registry = Over(
            Credential, new RemoteOptions { RequestsPerSecond = 10_000, PageSize = 1, ListPagesMax = 30 });
        for (var i = 0; i < 3; i++)
        {
            await CreatedAsync(registry, $"{i}");
        }

        Remote.AddFault(new FaultRule { Kind = fault, Verb = "GET" });
        Assert.IsType<RemoteFault.Malformed>(
            Assert.IsType<ListOutcome.Failed>(await registry.ListAsync(default)).Fault);
    }

    [Fact]
    public async Task A_hundred_modules_take_one_list_and_a_hundred_creates()
    {
        var registry = Registry;
        await CompleteAsync(registry);
        for (var i = 0; i < 100; i++)
        {
            await CreatedAsync(registry, $"{i}");
        }

        Assert.Equal(101, Remote.Requests().Count);
        Assert.Equal(100, (await CompleteAsync(registry)).Modules.Length);
    }

    [Fact]
    public async Task An_unsupported_type_is_rejected_for_good()
    {
        var content = ModuleContent.Parse("no:such", "{}");
        var refused = Assert.IsType<CreateOutcome.Refused>(await Registry.CreateAsync(
            new CreateRequest("a", Api.HasClientKeys() ? "key-a" : null, content, () => true), default));
        Assert.IsType<RemoteFault.Rejected>(refused.Fault);
    }

    [Fact]
    public async Task Server_defaults_are_covered_and_not_hidden()
    {
        var registry = Registry;
        using var defaults = JsonDocument.Parse("""{"added":"by the server"}""");
        Remote.Configure(settings => settings with
        {
            InjectDefaults = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
            {
                [ModuleType] = defaults.RootElement.Clone(),
            },
        });
        await CreatedAsync(registry, "one");
        Assert.Equal(
            MatchRelation.Covers,
            Assert.Single((await CompleteAsync(registry)).Modules).Content.RelateTo(Content("one")));
    }
}
