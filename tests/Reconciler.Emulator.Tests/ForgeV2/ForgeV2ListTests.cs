using System.Text.Json;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.ForgeV2;

/// <summary>Pages, cursors and envelopes (reference §2.5, X1).</summary>
public sealed class ForgeV2ListTests
{
    [Fact]
    public async Task X1_by_default_a_full_list_is_an_array_and_a_strict_subset_is_an_envelope()
    {
        await using Remote remote = await WithModulesAsync(3);

        Reply all = await remote.ListAsync();
        Reply part = await remote.ListAsync("?limit=2");
        Reply rest = await remote.ListAsync("?limit=2&nextPageToken=" + Cursor(part, "lastEvaluatedKey"));

        Assert.Equal(3, all.Json.GetArrayLength());
        Assert.Equal(2, part.Json.GetProperty("result").GetArrayLength());
        Assert.Equal(1, rest.Json.GetProperty("result").GetArrayLength());
        Assert.False(rest.Json.TryGetProperty("lastEvaluatedKey", out _));
    }

    [Theory]
    [InlineData(ListShape.ResultLastEvaluatedKey, "result", "lastEvaluatedKey")]
    [InlineData(ListShape.ResultsLastEvaluatedKey, "results", "lastEvaluatedKey")]
    [InlineData(ListShape.ResultsNextPageToken, "results", "nextPageToken")]
    public async Task X1_each_envelope_names_items_and_cursor_its_own_way(ListShape shape, string items, string cursor)
    {
        await using Remote remote = await WithModulesAsync(3, knobs => knobs with { ListShape = shape });

        Reply part = await remote.ListAsync("?limit=2");
        Reply rest = await remote.ListAsync("?limit=2&nextPageToken=" + Cursor(part, cursor));

        Assert.Equal(2, part.Json.GetProperty(items).GetArrayLength());
        Assert.Equal(1, rest.Json.GetProperty(items).GetArrayLength());
        Assert.False(rest.Json.TryGetProperty(cursor, out _));
    }

    [Fact]
    public async Task X1_a_bare_array_loses_the_cursor()
    {
        await using Remote remote = await WithModulesAsync(3, knobs => knobs with { ListShape = ListShape.Array });

        Reply part = await remote.ListAsync("?limit=2");

        Assert.Equal(2, part.Json.GetArrayLength());
    }

    [Fact]
    public async Task X1_the_cursor_may_travel_in_a_header()
    {
        await using Remote remote = await WithModulesAsync(
            3, knobs => knobs with { ListShape = ListShape.ArrayHeader });

        Reply part = await remote.ListAsync("?limit=2");
        Reply rest = await remote.ListAsync(
            "?limit=2&nextPageToken=" + Uri.EscapeDataString(part.Header("nextPageToken")!));

        Assert.Equal((2, 1), (part.Json.GetArrayLength(), rest.Json.GetArrayLength()));
        Assert.Null(rest.Header("nextPageToken"));
    }

    [Fact]
    public async Task X1_the_brackets_may_be_missing_as_on_the_v1_page()
    {
        await using Remote remote = await WithModulesAsync(
            2, knobs => knobs with { ListShape = ListShape.Unbracketed });

        Reply list = await remote.ListAsync();

        Assert.StartsWith("{", list.Text, StringComparison.Ordinal);
        Assert.Equal(2, JsonDocument.Parse($"[{list.Text}]").RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData(ListOrder.Insertion)]
    [InlineData(ListOrder.Key)]
    [InlineData(ListOrder.Shuffled)]
    public async Task Pages_of_seven_show_every_module_exactly_once_in_any_order(ListOrder order)
    {
        await using Remote remote = await WithModulesAsync(
            20, knobs => knobs with { ListOrder = order, MaxPageSize = 7 });

        List<string> keys = await AllKeysAsync(remote);

        Assert.Equal(20, keys.Count);
        Assert.Equal(remote.Server.Modules().Select(module => module.Key).Order(), keys.Order());
        Assert.Equal(3, remote.Server.Requests().Count(entry => entry is { Verb: "GET" }));
    }

    [Fact]
    public async Task A_module_deleted_between_two_pages_does_not_hide_another()
    {
        await using Remote remote = await WithModulesAsync(4);
        Reply part = await remote.ListAsync("?limit=2");
        string[] keys = [.. remote.Server.Modules().Select(module => module.Key)];

        await remote.DeleteAsync(keys[1]);
        Reply rest = await remote.ListAsync("?limit=2&nextPageToken=" + Cursor(part, "lastEvaluatedKey"));

        Assert.Equal(
            keys[2..],
            rest.Json.GetProperty("result").EnumerateArray().Select(item => item.GetProperty("key").GetString()));
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=101")]
    [InlineData("?limit=ten")]
    [InlineData("?nextPageToken=made-up")]
    public async Task A_bad_limit_or_cursor_answers_422(string query)
    {
        await using Remote remote = await WithModulesAsync(1);

        Assert.Equal(422, (await remote.ListAsync(query)).Status);
    }

    [Fact]
    public async Task A_cursor_of_one_installation_is_worthless_in_another()
    {
        await using Remote remote = await WithModulesAsync(2);
        await remote.ControlAsync("POST", "tokens", """{"installation":"other","token":"other"}""");
        string cursor = Cursor(await remote.ListAsync("?limit=1"), "lastEvaluatedKey");

        Reply reply = await remote.SendAsync("GET", $"{Remote.V2}/?nextPageToken={cursor}", null, "Bearer other");

        Assert.Equal(422, reply.Status);
    }

    [Fact]
    public async Task A_static_key_hides_its_dynamic_module_from_the_list_but_not_from_get()
    {
        await using Remote remote = await WithModulesAsync(2);
        string hidden = remote.Server.Modules()[0].Key;

        remote.Server.Configure(knobs => knobs with { Manifest = new ManifestSettings { Keys = [hidden] } });

        Assert.Equal(1, (await remote.ListAsync()).Json.GetArrayLength());
        Assert.Equal(200, (await remote.GetAsync(hidden)).Status);
        remote.Server.Configure(knobs => knobs with { StaticClashHidesItem = true });
        Assert.Equal(404, (await remote.GetAsync(hidden)).Status);
    }

    [Fact]
    public async Task A_list_lags_behind_creates_and_deletes()
    {
        await using Remote remote = await Remote.StartFrozenAsync(knobs => knobs with { ConsistencyLagMs = 5000 });
        string key = (await remote.PostAsync()).Key;

        Assert.Equal("[]", (await remote.ListAsync()).Text);
        Assert.Equal(200, (await remote.GetAsync(key)).Status);
        remote.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, (await remote.ListAsync()).Json.GetArrayLength());

        await remote.DeleteAsync(key);
        Assert.Equal(1, (await remote.ListAsync()).Json.GetArrayLength());
        Assert.Equal(404, (await remote.GetAsync(key)).Status);
        remote.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("[]", (await remote.ListAsync()).Text);
    }

    [Fact]
    public async Task Get_by_key_lags_too_when_told_so()
    {
        await using Remote remote = await Remote.StartFrozenAsync(
            knobs => knobs with { ConsistencyLagMs = 5000, ItemLags = true });
        string key = (await remote.PostAsync()).Key;

        Assert.Equal(404, (await remote.GetAsync(key)).Status);
        remote.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, (await remote.GetAsync(key)).Status);
    }

    private static async Task<Remote> WithModulesAsync(
        int count, Func<EmulatorSettings, EmulatorSettings>? knobs = null)
    {
        Remote remote = await Remote.StartAsync(knobs);
        for (int i = 0; i < count; i++)
        {
            await remote.PostAsync();
        }

        return remote;
    }

    private static async Task<List<string>> AllKeysAsync(Remote remote)
    {
        List<string> keys = [];
        string query = "";
        while (true)
        {
            JsonElement page = (await remote.ListAsync(query)).Json;
            keys.AddRange(page.GetProperty("result").EnumerateArray()
                .Select(item => item.GetProperty("key").GetString()!));
            if (!page.TryGetProperty("lastEvaluatedKey", out JsonElement cursor))
            {
                return keys;
            }

            query = "?nextPageToken=" + Uri.EscapeDataString(cursor.GetString()!);
        }
    }

    private static string Cursor(Reply reply, string name) =>
        Uri.EscapeDataString(reply.Json.GetProperty(name).GetString()!);
}
