using System.Buffers.Text;
using System.Text.Json;
using Reconciler.Atlassian.Connect;
using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.TestKit;

namespace Reconciler.Atlassian.Tests.Connect;

public sealed class ConnectJwtTests
{
    private const string Secret = "shared-secret-0123456789";

    [Fact]
    public void The_golden_token_of_reference_8_3_is_made_to_the_byte()
    {
        var hash = QueryHash.Compute("GET", ConnectRequests.Collection, "");
        Assert.Equal(
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9." +
            "eyJpc3MiOiJjb20uZXhhbXBsZS5hcHAiLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMDE4MCwicXNoIjoiN2UzNDZkMzg3ZjM3" +
            "MDVjY2MyNDdiNTBiNjA3Y2M5MmM5NWM3MmEyMzRjYTA5ZGE1ZDgwNTVlYWYwMWY5MzdmMiJ9." +
            "MeUF7r3ny0xVYix5lbXm28AZFYTYtkEFsoC44AdoYW4",
            ConnectJwt.Create("com.example.app", Secret, hash, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)));
    }

    [Fact]
    public async Task Each_attempt_is_signed_anew_with_the_secret_of_the_moment()
    {
        var clock = new ManualTimeProvider();
        var source = new RotatingSecret();
        var tokens = new List<string>();
        var handler = new ScriptedHandler(request =>
        {
            tokens.Add(request.Headers.Authorization!.Parameter!);
            return tokens.Count == 1 ? ScriptedHandler.Json(401, "") : ScriptedHandler.Json(200, "{}");
        });
        using var remote = new RemoteFixture(
            new Uri("https://site.atlassian.net/wiki"), RemoteApi.ConnectConfluence, handler, source, time: clock);
        Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));
        Assert.Equal("https://site.atlassian.net/wiki/rest/atlassian-connect/1/app/module/dynamic", handler.LastUri);
        var hash = QueryHash.Compute("GET", ConnectRequests.Collection, "");
        Assert.Equal(ConnectJwt.Create("app", "old", hash, clock.GetUtcNow()), tokens[0]);
        Assert.Equal(ConnectJwt.Create("app", "new", hash, clock.GetUtcNow()), tokens[1]);
        Assert.Equal(2, tokens.Count);
    }

    [Fact]
    public void A_token_lives_three_minutes_and_names_the_app()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(
            ConnectJwt.Create("app", Secret, "h", now).Split('.')[1]));
        Assert.Equal("app", claims.RootElement.GetProperty("iss").GetString());
        Assert.Equal(1_800_000_180, claims.RootElement.GetProperty("exp").GetInt64());
    }

    [Fact]
    public async Task A_clock_that_is_off_is_told_to_the_observer()
    {
        var clock = new ManualTimeProvider();
        var handler = new ScriptedHandler(_ => ScriptedHandler.Json(
            200, "{}", ("Date", clock.GetUtcNow().AddMinutes(5).ToString("R"))));
        using var remote = new RemoteFixture(
            new Uri("https://h"), RemoteApi.ConnectJira, handler,
            new FixedCredential(new Credential.Connect("app", Secret)), time: clock);
        await remote.Registry.ListAsync(default);
        Assert.Equal(TimeSpan.FromMinutes(5), Assert.Single(remote.Observer.Calls).ClockSkew);
    }

    [Fact]
    public async Task Without_app_key_or_secret_nothing_is_sent()
    {
        foreach (var credential in new Credential?[]
            { null, new Credential.Connect("", Secret), new Credential.Connect("app", ""), new Credential.Bearer("t") })
        {
            var handler = new ScriptedHandler(_ => ScriptedHandler.Json(200, "{}"));
            using var remote = new RemoteFixture(
                new Uri("https://h"), RemoteApi.ConnectJira, handler, new FixedCredential(credential));
            Assert.IsType<RemoteFault.AwaitingToken>(
                Assert.IsType<ListOutcome.Failed>(await remote.Registry.ListAsync(default)).Fault);
            Assert.Equal(0, handler.Count);
        }
    }

    private sealed class RotatingSecret : ICredentialSource
    {
        public Credential Current { get; private set; } = new Credential.Connect("app", "old");

        public Task<Credential?> ReloadAsync(Credential rejected, CancellationToken cancellationToken)
        {
            Current = new Credential.Connect("app", "new");
            return Task.FromResult<Credential?>(Current);
        }
    }
}
