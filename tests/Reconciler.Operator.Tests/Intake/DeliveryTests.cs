using Reconciler.Operator.Control;
using Reconciler.Operator.Intake;
using Reconciler.Operator.Resources;
using Reconciler.TestKit.Api;

namespace Reconciler.Operator.Tests.Intake;

/// <summary>What becomes of a call that Forge made.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public async Task A_delivered_token_is_kept_in_a_secret_of_ours_and_the_control_loop_is_told()
    {
        await using var world = await IntakeWorld.StartAsync();
        var token = TestIssuer.SystemToken();

        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint(), token));

        Assert.Equal(token, world.Stored());
        var secret = world.Secrets.Get(IntakeWorld.SecretName, IntakeWorld.Namespace)!;
        Assert.Equal("reconciler.io/forge-token", secret["type"]!.GetValue<string>());
        Assert.Equal("true", secret["metadata"]!["labels"]!["reconciler.io/forge-token"]!.GetValue<string>());
        Assert.Equal("cloud-1", world.Annotations()["reconciler.io/forge-cloud-ids"]!.GetValue<string>());
        Assert.Contains(TestIssuer.Tenant, world.Changes);
        var place = Assert.IsType<TokenPlace.Known>(world.Intake.Tokens.PlaceOf(InstallationOf(TestIssuer.Tenant)));
        Assert.Equal(IntakeWorld.SecretName, place.Secret.Name);
        Assert.NotNull(place.Version);
    }

    [Fact]
    public async Task The_same_call_again_writes_nothing()
    {
        await using var world = await IntakeWorld.StartAsync();
        var (fit, token) = (world.Issuer.Mint(), TestIssuer.SystemToken());
        await world.CallAsync(fit, token);
        var writes = world.Writes;

        Assert.Equal(204, await world.CallAsync(fit, token));
        Assert.Equal(204, await world.CallAsync(fit, token));

        Assert.Equal(writes, world.Writes);
    }

    [Fact]
    public async Task A_replayed_proof_does_not_vouch_for_another_token()
    {
        await using var world = await IntakeWorld.StartAsync();
        var (fit, token) = (world.Issuer.Mint(), TestIssuer.SystemToken());
        await world.CallAsync(fit, token);

        Assert.Equal(401, await world.CallAsync(fit, TestIssuer.SystemToken("evil", 5 * 3600)));

        Assert.Equal(token, world.Stored());
    }

    [Fact]
    public async Task A_token_that_ends_sooner_does_not_replace_one_that_ends_later()
    {
        await using var world = await IntakeWorld.StartAsync();
        var later = TestIssuer.SystemToken("later");
        await world.CallAsync(world.Issuer.Mint(), later);

        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint(), TestIssuer.SystemToken("sooner", 7200)));
        Assert.Equal(later, world.Stored());

        var latest = TestIssuer.SystemToken("latest", 5 * 3600);
        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint(), latest));
        Assert.Equal(latest, world.Stored());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("with space")]
    [InlineData("dead")]
    public async Task A_call_without_a_usable_token_is_taken_and_keeps_nothing(string? kind)
    {
        await using var world = await IntakeWorld.StartAsync();
        var token = kind == "dead" ? TestIssuer.SystemToken("dead", 59) : kind;

        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint(), token));

        Assert.Equal(0, world.Writes);
    }

    [Theory]
    [InlineData("""{"payload":{"eventType":"avi:forge:installed:app","id":"x"}}""", "installed ")]
    [InlineData("""{"eventType":"avi:forge:upgraded:app"}""", "upgraded ")]
    [InlineData("""{"id":"x","upgraderAccountId":"y"}""", "upgraded ")]
    public async Task An_installation_and_an_upgrade_start_a_pass(string body, string noted)
    {
        await using var world = await IntakeWorld.StartAsync();
        var token = TestIssuer.SystemToken();
        await world.CallAsync(world.Issuer.Mint(), token);
        world.Changes.Clear();

        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint(), token, body));

        Assert.Contains(TestIssuer.Tenant, world.Changes);
        Assert.StartsWith(
            noted, world.Annotations()[TokenSecret.EventAnnotation]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("""{"eventType":7}""")]
    [InlineData("""{"eventType":"\ud800"}""")]
    [InlineData("""[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]""")]
    public async Task A_strange_body_is_a_call_like_any_other(string body)
    {
        await using var world = await IntakeWorld.StartAsync();

        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint(), TestIssuer.SystemToken(), body));

        Assert.NotNull(world.Stored());
    }

    [Fact]
    public async Task A_token_that_cannot_be_kept_is_asked_for_again()
    {
        await using var world = await IntakeWorld.StartAsync();
        world.Api.Fail(request => request.Method == "PATCH", new FakeFault.Refuse(403));
        var (fit, token) = (world.Issuer.Mint(), TestIssuer.SystemToken());

        Assert.Equal(503, await world.CallAsync(fit, token));
        Assert.Equal(204, await world.CallAsync(fit, token));

        Assert.Equal(token, world.Stored());
    }

    [Fact]
    public async Task Installations_of_other_namespaces_use_a_token_only_when_allowed()
    {
        await using var closed = await IntakeWorld.StartAsync();
        await using var open = await IntakeWorld.StartAsync(IntakeWorld.Options with { UsableFrom = ["team-a"] });
        var foreign = InstallationOf(TestIssuer.Tenant, "team-a");

        Assert.Contains(
            "--forge-usable-from team-a",
            Assert.IsType<TokenPlace.Nowhere>(closed.Intake.Tokens.PlaceOf(foreign)).Problem, StringComparison.Ordinal);
        Assert.IsType<TokenPlace.Known>(open.Intake.Tokens.PlaceOf(foreign));
        Assert.IsType<TokenPlace.Nowhere>(
            open.Intake.Tokens.PlaceOf(InstallationOf("ari:cloud:ecosystem::installation/not-a-uuid", "team-a")));
    }

    [Fact]
    public async Task Discovery_into_a_namespace_that_is_not_served_is_refused_with_the_fix()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "kind: Installation\nmetadata: {name: tenant}\nspec: {}\n");
        var options = IntakeWorld.Options with { DiscoveryTemplate = file };

        var refused = await Assert.ThrowsAsync<ManifestException>(() => IntakeWorld.StartAsync(options, "team-a"));
        Assert.Contains("add --namespace " + IntakeWorld.Namespace, refused.Message, StringComparison.Ordinal);
        await using var served = await IntakeWorld.StartAsync(options, "team-a", IntakeWorld.Namespace);
        await using var everywhere = await IntakeWorld.StartAsync(options);
        File.Delete(file);
    }

    [Fact]
    public async Task No_secret_reaches_a_log_a_metric_an_answer_or_an_annotation()
    {
        await using var world = await IntakeWorld.StartAsync();
        var (fit, token) = (world.Issuer.Mint(), TestIssuer.SystemToken());
        world.Api.Fail(request => request.Method == "PATCH", new FakeFault.Refuse(500));

        await world.CallAsync(fit, token);
        await world.CallAsync(fit, token, """{"eventType":"avi:forge:installed:app"}""");
        await world.CallAsync(fit, TestIssuer.SystemToken("other"));
        await world.CallAsync(fit[..^4], token);

        var all = string.Join('\n', world.Logs.Concat(world.Answers).Append(world.Metrics())
            .Append(world.Annotations().ToJsonString()));
        foreach (var secret in new[] { fit, token, fit.Split('.')[1], token.Split('.')[1], token.Split('.')[2] })
        {
            Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        }

        Assert.Equal("(redacted)", SystemToken.TryParse(token)!.ToString());
    }

    private static InstallationResource InstallationOf(string forgeId, string inNamespace = IntakeWorld.Namespace) =>
        new()
        {
            Metadata = new() { Name = "acme", Namespace = inNamespace },
            Spec = new() { Credentials = new() { ForgeRemote = new() { InstallationId = forgeId } } },
        };
}
