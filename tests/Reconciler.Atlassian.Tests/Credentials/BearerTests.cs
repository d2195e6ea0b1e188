using System.Buffers.Text;
using System.Text;
using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;
using Reconciler.TestKit;

namespace Reconciler.Atlassian.Tests.Credentials;

public sealed class BearerTests
{
    [Fact]
    public void A_credential_never_prints_itself()
    {
        Credential[] all =
        [
            new Credential.Bearer("s3cret"), new Credential.Container("s3cret", "i"),
            new Credential.Connect("app", "s3cret"),
        ];
        Assert.All(all, credential => Assert.Equal("(redacted)", $"{credential}"));
        Assert.Equal("(redacted)", new FixedCredential(all[0]).ToString());
    }

    [Fact]
    public void A_line_break_that_a_file_left_behind_is_no_part_of_a_credential()
    {
        Assert.Equal(new Credential.Bearer("token"), new Credential.Bearer(" token\r\n"));
        Assert.Equal(new Credential.Container("i", null), new Credential.Container("i\n", null));
        Assert.Equal(new Credential.Connect("app", " s "), new Credential.Connect("app\n", " s \n"));
    }

    [Fact]
    public async Task X8_a_token_is_used_until_a_minute_before_its_end()
    {
        var clock = new ManualTimeProvider();
        var token = Jwt($$"""{"exp":{{clock.GetUtcNow().AddMinutes(2).ToUnixTimeSeconds()}}}""");
        var handler = new ScriptedHandler(_ => ScriptedHandler.Json(200, "[]"));
        using var remote = new RemoteFixture(
            new Uri("https://h"), handler: handler, time: clock,
            credentials: new FixedCredential(new Credential.Bearer(token)));
        Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));
        clock.Advance(TimeSpan.FromSeconds(61));
        AssertAwaiting(await remote.Registry.ListAsync(default));
        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.CreateAsync());
        Assert.False(refused.Sent);
        Assert.Equal(1, handler.Count);
    }

    [Theory]
    [InlineData("opaque")]
    [InlineData("a.b.c")]
    [InlineData("a.!!.c")]
    [InlineData("a.bnVsbA.c")]
    public void A_token_that_is_no_JWT_has_no_known_end(string token)
    {
        Assert.Null(new Credential.Bearer(token).ExpiresAt);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"exp":"soon"}""")]
    [InlineData("""{"exp":-1}""")]
    [InlineData("""{"exp":1e300}""")]
    [InlineData("[]")]
    public void A_JWT_without_a_usable_exp_has_no_known_end(string claims)
    {
        Assert.Null(new Credential.Bearer(Jwt(claims)).ExpiresAt);
    }

    [Fact]
    public async Task Without_a_token_or_with_an_unusable_one_nothing_is_sent()
    {
        foreach (var credential in new Credential?[]
            { null, new Credential.Bearer(""), new Credential.Bearer("a\nb"), new Credential.Connect("app", "s3cret") })
        {
            var handler = new ScriptedHandler(_ => ScriptedHandler.Json(200, "[]"));
            using var remote = new RemoteFixture(
                new Uri("https://h"), handler: handler, credentials: new FixedCredential(credential));
            AssertAwaiting(await remote.Registry.ListAsync(default));
            Assert.Equal(0, handler.Count);
        }
    }

    [Fact]
    public async Task A_401_reloads_once_and_an_idempotent_call_goes_again_with_the_new_token()
    {
        var source = new RotatingSource("old", "new");
        var handler = new ScriptedHandler(request => request.Headers.Authorization!.Parameter == "new"
            ? ScriptedHandler.Json(200, "[]")
            : ScriptedHandler.Json(401, """{"code":401,"message":"Unauthorized"}"""));
        using var remote = new RemoteFixture(new Uri("https://h"), handler: handler, credentials: source);
        Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));
        Assert.Equal(1, source.Reloads);
        Assert.Equal(2, handler.Count);
    }

    [Fact]
    public async Task A_401_with_the_same_token_after_the_reload_costs_one_request()
    {
        var source = new RotatingSource("old", "old");
        var handler = new ScriptedHandler(_ => ScriptedHandler.Json(401, """{"code":401,"message":"Unauthorized"}"""));
        using var remote = new RemoteFixture(new Uri("https://h"), handler: handler, credentials: source);
        var failed = Assert.IsType<ListOutcome.Failed>(await remote.Registry.ListAsync(default));
        Assert.Equal("HTTP 401: Unauthorized", Assert.IsType<RemoteFault.Unauthorized>(failed.Fault).Message);
        Assert.Equal(1, handler.Count);
    }

    [Fact]
    public async Task A_401_on_a_create_is_refused_and_not_sent_again()
    {
        var source = new RotatingSource("old", "new");
        var handler = new ScriptedHandler(_ => ScriptedHandler.Json(401, ""));
        using var remote = new RemoteFixture(new Uri("https://h"), handler: handler, credentials: source);
        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.CreateAsync());
        Assert.IsType<RemoteFault.Unauthorized>(refused.Fault);
        Assert.Equal(1, handler.Count);
        Assert.Equal(1, source.Reloads);
    }

    private static string Jwt(string claims) =>
        $"eyJhbGciOiJub25lIn0.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln";

    private static void AssertAwaiting(ListOutcome outcome) =>
        Assert.IsType<RemoteFault.AwaitingToken>(Assert.IsType<ListOutcome.Failed>(outcome).Fault);

    private sealed class RotatingSource(string first, string second) : ICredentialSource
    {
        public int Reloads { get; private set; }

        public Credential Current { get; private set; } = new Credential.Bearer(first);

        public Task<Credential?> ReloadAsync(Credential rejected, CancellationToken cancellationToken)
        {
            Reloads++;
            Current = new Credential.Bearer(second);
            return Task.FromResult<Credential?>(Current);
        }
    }
}
