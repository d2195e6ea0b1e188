using Reconciler.Emulator;
using Reconciler.Emulator.Faults;

namespace Reconciler.Operator.Tests.Control;

/// <summary>Secrets that are missing, wrong, refused and rotated: one clear condition, nothing lost, few requests.
/// </summary>
public sealed class CredentialTests
{
    [Fact]
    public async Task A_missing_secret_is_awaited_and_picked_up_when_it_comes()
    {
        await using var world = await OperatorWorld.StartAsync();
        world.ApplyInstallation();
        world.ApplyModule("one");
        await world.UntilInstallationReasonAsync("AwaitingToken");
        await world.UntilReasonAsync("one", "AwaitingToken");
        Assert.Contains(
            "Secret team-a/acme-token does not exist", InstallationMessage(world), StringComparison.Ordinal);
        Assert.Empty(world.Remote.Requests());

        world.ApplySecret();

        await world.UntilReadyAsync("one");
    }

    [Fact]
    public async Task A_secret_without_the_key_says_which_key_it_lacks()
    {
        await using var world = await OperatorWorld.StartAsync();
        world.ApplySecret(key: "tokn");
        world.ApplyInstallation();
        world.ApplyModule("one");

        await world.UntilInstallationReasonAsync("AwaitingToken");

        Assert.Contains("lacks the key 'token'", InstallationMessage(world), StringComparison.Ordinal);
    }

    /// <summary>Who may create an Installation names the remote that its credential is sent to.</summary>
    [Fact]
    public async Task A_token_of_the_cluster_itself_is_never_sent_to_a_remote()
    {
        await using var world = await OperatorWorld.StartAsync();
        world.ApplySecret();
        var secret = world.Secrets.Get("acme-token", OperatorWorld.Namespace)!;
        secret["type"] = "kubernetes.io/service-account-token";
        world.Secrets.Put(secret);
        world.ApplyInstallation();
        world.ApplyModule("one");

        await world.UntilInstallationReasonAsync("AwaitingToken");
        Assert.Contains("a credential of the cluster", InstallationMessage(world), StringComparison.Ordinal);
        Assert.Empty(world.Remote.Requests());
    }

    [Fact]
    public async Task A_refused_token_costs_one_request_however_often_modules_are_edited()
    {
        await using var world = await OperatorWorld.StartAsync();
        world.ApplySecret(token: "wrong");
        world.ApplyInstallation();
        world.ApplyModule("one");
        await world.UntilReasonAsync("one", "AuthorizationFailed");

        for (var edit = 2; edit <= 4; edit++)
        {
            var generation = edit;
            world.ApplyModule("one", endpoint: $"e{edit}");
            await world.UntilAsync(() => world.Modules.Get("one", OperatorWorld.Namespace)!["status"]![
                "observedGeneration"]!.GetValue<int>() == generation);
        }

        // One, unless all this took longer than the five seconds after which it may be tried again.
        var times = world.Remote.Requests().Select(request => request.Time).ToList();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(5)));
    }

    /// <summary>Seed 126: a changed quota made a new remote client, which forgot the pause.</summary>
    [Fact]
    public async Task A_pause_that_the_remote_asked_for_outlives_a_change_of_limits()
    {
        await using var world = await OperatorWorld.StartAsync();
        world.Remote.AddFault(new FaultRule
        {
            Kind = FaultKind.StatusBeforeCommit, Status = 429, Count = 1,
            Headers = new Dictionary<string, string> { ["Retry-After"] = "600" },
        });
        world.ApplySecret();
        world.ApplyInstallation();
        world.ApplyModule("one");
        await world.UntilReasonAsync("one", "RateLimited");

        world.ApplyInstallation(change: static spec => spec["quota"] = 50);
        await world.PassAsync();

        Assert.Single(world.Remote.Requests());
    }

    [Fact]
    public async Task A_rotated_token_is_used_at_once()
    {
        await using var world = await OperatorWorld.StartAsync();
        world.ApplySecret(token: "wrong");
        world.ApplyInstallation();
        world.ApplyModule("one");
        await world.UntilReasonAsync("one", "AuthorizationFailed");

        world.ApplySecret(EmulatorOptions.DefaultToken);

        await world.UntilReadyAsync("one");
    }

    [Fact]
    public async Task The_token_is_in_no_request_to_the_cluster()
    {
        await using var world = await OperatorWorld.StartAsync();
        world.ApplySecret(token: "wrong-secret-value");
        world.ApplyInstallation();
        world.ApplyModule("one");
        await world.UntilReasonAsync("one", "AuthorizationFailed");

        Assert.DoesNotContain(
            world.Api.Requests, request => request.Text.Contains("wrong-secret-value", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://remote.example", "plain http")]
    [InlineData("not an address", "absolute")]
    public async Task An_unusable_address_is_told_and_nothing_is_sent(string baseUrl, string expected)
    {
        await using var world = await OperatorWorld.StartAsync();
        world.ApplySecret();
        world.ApplyInstallation(baseUrl: baseUrl);
        world.ApplyModule("one");

        await world.UntilInstallationReasonAsync("InvalidData");

        Assert.Contains(expected, InstallationMessage(world), StringComparison.Ordinal);
    }

    private static string InstallationMessage(OperatorWorld world) =>
        OperatorWorld.MessageOf(world.Installations.Get("acme", OperatorWorld.Namespace));
}
