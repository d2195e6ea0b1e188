using Reconciler.Atlassian.Credentials;

namespace Reconciler.Atlassian.Tests.ForgeContainer;

public sealed class ContainerAuthenticationTests
{
    [Theory]
    [InlineData("inv-1", null, "Forge as=app,id=inv-1")]
    [InlineData(null, "ari:cloud:ecosystem::installation/i",
        "Forge as=app,installationId=ari:cloud:ecosystem::installation/i")]
    [InlineData("inv-1", "i", "Forge as=app,id=inv-1,installationId=i")]
    public void X9_whatever_id_we_have_is_sent(string? invocation, string? installation, string header)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "http://localhost:7072/");
        Assert.Null(new ContainerAuthentication().Apply(
            message, new Credential.Container(invocation, installation), DateTimeOffset.UnixEpoch));
        Assert.Equal(header, Assert.Single(message.Headers.GetValues("forge-proxy-authorization")));
        Assert.False(message.Headers.Contains("Authorization"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("a,as=user", null)]
    [InlineData(null, "a\r\nb")]
    public void An_id_that_would_change_the_header_is_refused(string? invocation, string? installation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "http://localhost:7072/");
        Assert.NotNull(new ContainerAuthentication().Apply(
            message, new Credential.Container(invocation, installation), DateTimeOffset.UnixEpoch));
        Assert.False(message.Headers.Contains("forge-proxy-authorization"));
    }
}
