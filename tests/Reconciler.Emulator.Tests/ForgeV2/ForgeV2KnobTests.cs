using System.Text.Json;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.ForgeV2;

/// <summary>One test per remaining v2 knob of reference §13.</summary>
public sealed class ForgeV2KnobTests
{
    [Fact]
    public async Task X3_a_key_in_a_post_is_ignored_or_refused()
    {
        const string body = """{"key":"mine","type":"trigger","data":{"key":"mine-too","events":["x"]}}""";
        await using Remote remote = await Remote.StartAsync();

        Reply ignored = await remote.PostAsync(body);
        remote.Server.Configure(knobs => knobs with { PostKey = Leniency.Reject });
        Reply refused = await remote.PostAsync(body);

        Assert.NotEqual("mine", ignored.Key);
        Assert.Equal(ignored.Key, ignored.Json.GetProperty("data").GetProperty("key").GetString());
        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public async Task The_server_adds_defaults_that_the_client_did_not_send()
    {
        Dictionary<string, JsonElement> defaults = new(StringComparer.Ordinal)
        {
            ["trigger"] = JsonDocument.Parse("""{"filter":{"ignoreSelf":true},"events":["never"]}""").RootElement,
        };
        await using Remote remote = await Remote.StartAsync(knobs => knobs with { InjectDefaults = defaults });

        JsonElement data = (await remote.PostAsync()).Json.GetProperty("data");

        Assert.True(data.GetProperty("filter").GetProperty("ignoreSelf").GetBoolean());
        Assert.Equal("avi:jira:updated:issue", data.GetProperty("events")[0].GetString());
    }

    [Fact]
    public async Task The_key_inside_data_can_be_left_out()
    {
        await using Remote remote = await Remote.StartAsync(knobs => knobs with { InjectDataKey = false });

        Assert.False((await remote.PostAsync()).Json.GetProperty("data").TryGetProperty("key", out _));
    }

    [Fact]
    public async Task A_201_may_carry_only_the_key_or_only_a_location()
    {
        await using Remote remote = await Remote.StartAsync(knobs => knobs with { CreatedBody = CreatedBody.KeyOnly });

        Reply keyOnly = await remote.PostAsync();
        remote.Server.Configure(knobs => knobs with { CreatedBody = CreatedBody.Location });
        Reply location = await remote.PostAsync();

        Assert.Single(keyOnly.Json.EnumerateObject());
        Assert.Equal("", location.Text);
        Assert.EndsWith(remote.Server.Modules()[1].Key, location.Header("Location"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_put_may_change_the_type_unless_told_otherwise()
    {
        await using Remote remote = await Remote.StartAsync();
        string key = (await remote.PostAsync()).Key;

        Assert.Equal(200, (await remote.PutAsync(key, """{"type":"macro","data":{"title":"t"}}""")).Status);
        remote.Server.Configure(knobs => knobs with { PutTypeChange = Leniency.Reject });
        Assert.Equal(422, (await remote.PutAsync(key)).Status);
    }

    [Fact]
    public async Task Every_documented_type_may_be_dynamic_and_the_list_can_be_changed()
    {
        await using Remote remote = await Remote.StartAsync();

        foreach (string type in ForgeModuleTypes.Dynamic)
        {
            Assert.Equal(201, (await remote.PostAsync($$$"""{"type":"{{{type}}}","data":{}}""")).Status);
        }

        Assert.Equal(17, remote.Server.Modules().Count);
        remote.Server.Configure(knobs => knobs with { AllowedTypes = ["macro"] });
        Assert.Equal(422, (await remote.PostAsync()).Status);
        remote.Server.Configure(knobs => knobs with { AllowedTypes = [] });
        Assert.Equal(201, (await remote.PostAsync("""{"type":"anything","data":{}}""")).Status);
    }

    [Theory]
    [InlineData("""{"type":"trigger","data":{"events":["e"],"endpoint":"p"}}""", 201)]
    [InlineData("""{"type":"trigger","data":{"endpoint":"p"}}""", 422)]
    [InlineData("""{"type":"trigger","data":{"events":[],"endpoint":"p"}}""", 422)]
    [InlineData("""{"type":"trigger","data":{"events":["e"],"endpoint":"p","function":"f"}}""", 422)]
    [InlineData("""{"type":"trigger","data":{"events":["e"],"endpoint":"p","surprise":1}}""", 422)]
    [InlineData("""{"type":"trigger","data":{"events":["e"],"endpoint":"p","filter":{"onError":"IGNORE"}}}""", 422)]
    [InlineData("""{"type":"jira:issuePanel","data":{"title":"t","icon":"i","resource":"r"}}""", 201)]
    [InlineData("""{"type":"jira:issuePanel","data":{"title":"t","resource":"r"}}""", 422)]
    [InlineData("""{"type":"macro","data":{"title":"t"}}""", 422)]
    public async Task Strict_data_checks_the_shapes(string body, int status)
    {
        await using Remote remote = await Remote.StartAsync(knobs => knobs with { StrictData = true });

        Assert.Equal(status, (await remote.PostAsync(body)).Status);
    }

    [Fact]
    public async Task X18_invalid_data_is_422_for_post_and_for_put()
    {
        const string invalid = """{"type":"trigger","data":{"endpoint":"p"}}""";
        await using Remote remote = await Remote.StartAsync(knobs => knobs with { StrictData = true });
        string key = (await remote.PostAsync()).Key;

        Assert.Equal(422, (await remote.PostAsync(invalid)).Status);
        Assert.Equal(422, (await remote.PutAsync(key, invalid)).Status);
        Assert.Contains("avi:jira:updated:issue", (await remote.GetAsync(key)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"confluence:contentProperty","data":{"propertyKey":"p","values":[{"path":"a"}]}}""")]
    [InlineData(
        """{"type":"jira:customField","data":{"name":"n","description":"d","type":"string","searchAlias":"x"}}""")]
    [InlineData(
        """{"type":"trigger","data":{"events":["avi:confluence:updated:page"],"endpoint":"e","filter":"""
        + """{"ignoreSelf":true}}}""")]
    public async Task X15_X20_what_the_pages_contradict_each_other_about_passes(string body)
    {
        await using Remote remote = await Remote.StartAsync(knobs => knobs with { StrictData = true });

        Assert.Equal(201, (await remote.PostAsync(body)).Status);
    }

    [Fact]
    public async Task References_must_exist_in_a_supplied_manifest()
    {
        await using Remote remote = await Remote.StartAsync(
            knobs => knobs with { Manifest = new ManifestSettings { Endpoints = ["known"] } });

        Reply dangling = await remote.PostAsync();
        Reply known = await remote.PostAsync("""{"type":"trigger","data":{"events":["e"],"endpoint":"known"}}""");

        Assert.Equal((422, 201), (dangling.Status, known.Status));
    }

    [Fact]
    public async Task A_body_above_the_limit_answers_413()
    {
        await using Remote remote = await Remote.StartAsync(knobs => knobs with { MaxRequestBytes = 50 });

        Assert.Equal(413, (await remote.PostAsync()).Status);
    }

    [Theory]
    [InlineData(RateLimitForm.Seconds, "2")]
    [InlineData(RateLimitForm.Date, "Thu, 01 Jan 2026 00:00:02 GMT")]
    [InlineData(RateLimitForm.None, null)]
    [InlineData(RateLimitForm.Gateway, null)]
    public async Task A_full_bucket_answers_429_in_each_form_and_drains_with_time(
        RateLimitForm form, string? retryAfter)
    {
        RateLimitSettings limit = new() { PerSecond = 0.5, Burst = 2, Form = form };
        await using Remote remote = await Remote.StartFrozenAsync(knobs => knobs with { RateLimit = limit });
        Assert.Equal(201, (await remote.PostAsync()).Status);
        Assert.Equal(201, (await remote.PostAsync()).Status);

        Reply throttled = await remote.PostAsync();

        Assert.Equal(429, throttled.Status);
        Assert.Equal(retryAfter, throttled.Header("Retry-After"));
        Assert.Equal(
            form == RateLimitForm.Gateway ? "2026-01-01T00:00:02Z" : null, throttled.Header("X-Ratelimit-Reset"));
        Assert.Equal(2, remote.Server.Modules().Count);
        remote.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(201, (await remote.PostAsync()).Status);
    }

    [Fact]
    public async Task Latency_holds_the_effect_back_and_a_client_that_left_changes_nothing_about_it()
    {
        await using Remote remote = await Remote.StartFrozenAsync(knobs => knobs with { LatencyMs = 1000 });
        using CancellationTokenSource impatience = new();
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2), TimeProvider.System);
        Task<Reply> post = remote.SendAsync("POST", Remote.V2, Remote.Trigger, ct: impatience.Token);
        await remote.Server.WaitAsync((state, _) => state.InFlight == 1, limit.Token);
        Assert.Empty(remote.Server.Modules());

        impatience.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post);
        await AdvanceUntilAsync(remote, () => remote.Server.Modules().Count == 1);

        Assert.Equal("POST", Assert.Single(remote.Server.Requests()).Verb);
    }

    [Fact]
    public async Task An_api_that_is_switched_off_answers_404()
    {
        await using Remote remote = await Remote.StartAsync(knobs => knobs with { ApiVersions = ["v1"] });

        Assert.Equal(404, (await remote.ListAsync()).Status);
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_keys_and_no_seed_makes_fresh_ones()
    {
        await using Remote one = await Remote.StartAsync();
        await using Remote two = await Remote.StartAsync();
        await using Remote free = await Remote.StartAsync(new EmulatorOptions());

        string first = (await one.PostAsync()).Key;

        Assert.Equal(first, (await two.PostAsync()).Key);
        Assert.NotEqual(first, (await free.PostAsync()).Key);
    }

    private static async Task AdvanceUntilAsync(Remote remote, Func<bool> done)
    {
        // The timer may be armed a moment after the request was counted.
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2), TimeProvider.System);
        while (!done())
        {
            limit.Token.ThrowIfCancellationRequested();
            remote.Clock.AdvanceToNext();
            await Task.Yield();
        }
    }
}
