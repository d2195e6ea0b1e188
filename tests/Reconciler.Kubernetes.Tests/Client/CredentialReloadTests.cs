using System.Security.Authentication;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.TestKit;
using Reconciler.TestKit.Api;

namespace Reconciler.Kubernetes.Tests.Client;

public sealed class CredentialReloadTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("reconciler-").FullName;

    private string TokenFile => Path.Combine(_directory, "token");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task H2_a_rotated_token_is_read_again_after_401()
    {
        await using var api = await StartAsync("one");
        await api.GetAsync("w");
        Rotate(api, "two");
        await api.GetAsync("w");

        Assert.Equal(
            ["Bearer one", "Bearer one", "Bearer two"],
            api.Server.Requests.Select(request => request.Header("Authorization")));
        Assert.Equal(0, api.OpenResponses);
    }

    [Fact]
    public async Task H2_a_write_refused_by_401_is_sent_once_more_and_takes_effect_once()
    {
        await using var api = await StartAsync("one");
        await api.GetAsync("w");
        Rotate(api, "two");
        await api.CreateAsync("new");

        Assert.Equal(2, api.Sent("POST"));
        Assert.NotNull(api.Widgets.Get("new"));
    }

    [Fact]
    public async Task H2_a_watch_is_opened_with_the_rotated_token()
    {
        await using var api = await StartAsync("one");
        await api.GetAsync("w");
        Rotate(api, "two");
        using var stream = await api.WatchAsync(null);
        Assert.Equal(StreamLineKind.Line, (await stream.ReadLineAsync(default)).Kind);
    }

    [Fact]
    public async Task H2_the_same_token_is_not_tried_twice()
    {
        await using var api = await StartAsync("one");
        api.Server.Options.AcceptedTokens = ["other"];
        var refusal = await Assert.ThrowsAsync<KubernetesApiException>(() => api.GetAsync("w"));
        Assert.True(refusal.IsUnauthorized);
        Assert.Single(api.Server.Requests);
        Assert.DoesNotContain("one", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task H2_a_token_is_read_again_each_minute_and_kept_while_the_file_is_away()
    {
        var time = new ManualTimeProvider();
        File.WriteAllText(TokenFile, "one\n");
        var credential = new TokenFileCredential(TokenFile, time);
        Assert.Equal("one", await credential.GetTokenAsync(false, default));
        File.WriteAllText(TokenFile, "two");
        Assert.Equal("one", await credential.GetTokenAsync(false, default));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("two", await credential.GetTokenAsync(false, default));
        File.Delete(TokenFile);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("two", await credential.GetTokenAsync(true, default));
        Assert.Equal("(redacted)", credential.ToString());
    }

    [Fact]
    public async Task A_token_file_that_never_existed_is_one_clear_error()
    {
        var credential = new TokenFileCredential(TokenFile, new ManualTimeProvider());
        var fault = await Assert.ThrowsAsync<KubernetesConnectionException>(
            async () => await credential.GetTokenAsync(false, default));
        Assert.Equal(Delivery.NotSent, fault.Delivery);
        Assert.Contains(TokenFile, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void H2_a_rotated_authority_is_trusted_without_a_restart()
    {
        using var old = TestCertificates.Authority("old");
        using var next = TestCertificates.Authority("next");
        using var server = TestCertificates.Issue(next);
        var file = Path.Combine(_directory, "ca.crt");
        File.WriteAllText(file, old.ExportCertificatePem());
        var authority = CertificateAuthority.FromFile(file);

        var refusal = Assert.Throws<AuthenticationException>(() => authority.Verify(server, []));
        Assert.Contains("does not lead to", refusal.Message, StringComparison.Ordinal);
        File.WriteAllText(file, "-----BEGIN CERT");
        Assert.Throws<AuthenticationException>(() => authority.Verify(server, []));
        File.WriteAllText(file, old.ExportCertificatePem() + "\n" + next.ExportCertificatePem());
        authority.Verify(server, []);
    }

    private async Task<ApiFixture> StartAsync(string token)
    {
        File.WriteAllText(TokenFile, token);
        var time = new ManualTimeProvider();
        var api = await ApiFixture.StartAsync(
            new TokenFileCredential(TokenFile, time), server: new FakeApiServerOptions { AcceptedTokens = [token] });
        api.Widgets.Put("w");
        return api;
    }

    private void Rotate(ApiFixture api, string token)
    {
        File.WriteAllText(TokenFile, token);
        api.Server.Options.AcceptedTokens = [token];
    }
}
