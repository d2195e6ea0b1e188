using Reconciler.Emulator.Faults;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.Control;

/// <summary>What holds for each of the five APIs alike.</summary>
public sealed class EveryApiTests
{
    public static TheoryData<string> Apis => ["v2", "v1", "container", "connectJira", "connectConfluence"];

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task A_module_is_made_listed_logged_and_removed(string name)
    {
        await using Remote remote = await Remote.StartAsync();
        ApiUnderTest api = new(remote, name);

        Assert.InRange((await api.CreateAsync("first")).Status, 200, 201);
        Assert.Contains("\"note\":\"first\"", (await api.ListAsync()).Text, StringComparison.Ordinal);
        Assert.Equal(204, (await api.RemoveAsync(api.Held[0].Key)).Status);

        Assert.DoesNotContain("first", (await api.ListAsync()).Text, StringComparison.Ordinal);
        Assert.All(remote.Server.Requests(), entry => Assert.Equal(name, entry.Api));
        Assert.Equal(2, remote.Server.Requests().Count(entry => entry.Committed));
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task An_answer_can_be_lost_before_and_after_the_effect(string name)
    {
        await using Remote remote = await Remote.StartAsync();
        ApiUnderTest api = new(remote, name);
        remote.Server.AddFault(new FaultRule { Kind = FaultKind.DropBeforeCommit, Verb = "POST", Count = 1 });
        remote.Server.AddFault(new FaultRule { Kind = FaultKind.DropAfterCommit, Verb = "POST", Count = 1 });

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => api.CreateAsync("never"));
        Assert.Empty(api.Held);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => api.CreateAsync("lost"));
        Assert.Single(api.Held);

        Assert.Contains("lost", (await api.ListAsync()).Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task A_list_lags_a_full_bucket_throttles_and_a_cap_refuses(string name)
    {
        await using Remote remote = await Remote.StartFrozenAsync(
            knobs => knobs with { ConsistencyLagMs = 1000, MaxModules = 1 });
        ApiUnderTest api = new(remote, name);

        await api.CreateAsync("first");
        Assert.DoesNotContain("first", (await api.ListAsync()).Text, StringComparison.Ordinal);
        remote.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("first", (await api.ListAsync()).Text, StringComparison.Ordinal);
        Assert.InRange((await api.CreateAsync("second")).Status, 400, 422);

        remote.Server.Configure(knobs => knobs with { RateLimit = new RateLimitSettings() });
        Assert.Equal(200, (await api.ListAsync()).Status);
        Reply throttled = await api.ListAsync();
        Assert.Equal((429, "1"), (throttled.Status, throttled.Header("Retry-After")));
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task A_stranger_is_refused_and_a_switched_off_api_is_not_found(string name)
    {
        await using Remote remote = await Remote.StartAsync();
        ApiUnderTest api = new(remote, name);

        Assert.Equal(401, (await api.StrangerAsync()).Status);
        remote.Server.Configure(knobs => knobs with { ApiVersions = [] });
        Assert.Equal(404, (await api.ListAsync()).Status);
    }
}
