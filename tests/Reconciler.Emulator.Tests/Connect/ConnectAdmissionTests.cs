using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.Connect;

/// <summary>Who is let in by JWT (reference §8).</summary>
public sealed class ConnectAdmissionTests
{
    private const string Get = "GET&" + ConnectClient.Resource + "&";

    [Fact]
    public async Task Without_a_token_the_printed_refusal_is_answered()
    {
        await using Remote remote = await Remote.StartAsync();

        Reply reply = await remote.SendAsync("GET", ConnectClient.Resource, null, "Basic abc");

        Assert.Equal((401, """{"message":"The request is not from a Connect app."}"""), (reply.Status, reply.Text));
        Assert.Null(reply.Header("x-emulator-synthetic"));
    }

    [Fact]
    public async Task The_base_path_of_confluence_must_not_be_hashed()
    {
        await using Remote remote = await Remote.StartAsync();
        ConnectClient app = new(remote, "/wiki");

        Reply wrong = await app.WithTokenAsync(app.Token(app.Claims("GET&/wiki" + ConnectClient.Resource + "&")));
        Reply right = await app.WithTokenAsync(app.Token(app.Claims(Get)));

        Assert.Equal((401, 200), (wrong.Status, right.Status));
        Assert.Contains("Expecting claim 'qsh' to have value '7e346d38", wrong.Text, StringComparison.Ordinal);
        Assert.Equal("JWT", wrong.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task A_token_with_the_client_key_as_issuer_is_refused()
    {
        await using Remote remote = await Remote.StartAsync();
        ConnectClient app = new(remote, "");

        Assert.Equal(401, (await app.WithTokenAsync(app.Token(app.Claims(Get, issuer: "emulator-jira")))).Status);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS512")]
    public async Task Another_algorithm_is_refused(string algorithm)
    {
        await using Remote remote = await Remote.StartAsync();
        ConnectClient app = new(remote, "");

        Assert.Equal(401, (await app.WithTokenAsync(app.Token(app.Claims(Get), algorithm))).Status);
    }

    [Theory]
    [InlineData("not-a-token")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    public async Task Garbage_is_refused(string token)
    {
        await using Remote remote = await Remote.StartAsync();

        Assert.Equal(401, (await new ConnectClient(remote, "").WithTokenAsync(token)).Status);
    }

    [Fact]
    public async Task A_token_without_expiry_or_hash_is_refused()
    {
        await using Remote remote = await Remote.StartAsync();
        ConnectClient app = new(remote, "");
        string noExpiry = app.Claims(Get).Replace("\"exp\"", "\"exq\"", StringComparison.Ordinal);
        string noHash = app.Claims(Get).Replace("\"qsh\"", "\"hash\"", StringComparison.Ordinal);

        Assert.Equal(401, (await app.WithTokenAsync(app.Token(noExpiry))).Status);
        Assert.Equal(401, (await app.WithTokenAsync(app.Token(noHash))).Status);
    }

    [Theory]
    [InlineData(-29, 200)]
    [InlineData(-31, 401)]
    public async Task Thirty_seconds_of_skew_are_forgiven(long lifeSeconds, int status)
    {
        await using Remote remote = await Remote.StartFrozenAsync();
        ConnectClient app = new(remote, "");

        Reply reply = await app.WithTokenAsync(app.Token(app.Claims(Get, lifeSeconds: lifeSeconds)));

        Assert.Equal(status, reply.Status);
    }

    [Fact]
    public async Task The_deprecated_query_parameter_works_and_is_not_logged()
    {
        await using Remote remote = await Remote.StartAsync();
        ConnectClient app = new(remote, "");
        string token = app.Token(app.Claims(Get));

        Reply reply = await remote.SendAsync("GET", $"{ConnectClient.Resource}?jwt={token}", null, null);

        Assert.Equal(200, reply.Status);
        Assert.Equal("jwt=(redacted)", remote.Server.Requests()[0].Query);
    }
}
