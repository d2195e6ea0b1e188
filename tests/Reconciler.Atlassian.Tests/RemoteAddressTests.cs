using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Tests;

public sealed class RemoteAddressTests
{
    [Theory]
    [InlineData("https://api.atlassian.com")]
    [InlineData("https://api.atlassian.com/ex/jira/c1")]
    [InlineData("http://localhost:7072")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://[::1]:1")]
    public void Https_and_loopback_are_fine(string address) =>
        Assert.Null(RemoteAddress.Check(RemoteApi.ForgeV2, new Uri(address), false));

    [Theory]
    [InlineData("http://api.atlassian.com", "plain http")]
    [InlineData("ftp://api.atlassian.com", "absolute https")]
    [InlineData("https://user:secret@api.atlassian.com", "user or password")]
    [InlineData("https://api.atlassian.com/?a=b", "query")]
    public void Anything_else_is_one_clear_error_without_a_secret(string address, string text)
    {
        var error = RemoteAddress.Check(RemoteApi.ForgeV2, new Uri(address), allowInsecure: false);
        Assert.Contains(text, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", error, StringComparison.Ordinal);
        Assert.Null(RemoteAddress.Check(RemoteApi.ForgeV2, new Uri("http://api.atlassian.com"), allowInsecure: true));
    }

    [Fact]
    public void A_registry_is_not_made_for_an_unusable_address()
    {
        using var invoker = new HttpMessageInvoker(new ScriptedHandler(_ => ScriptedHandler.Json(200, "")));
        var registries = new RemoteRegistries(invoker, TimeProvider.System, () => 0.5);
        Assert.Throws<ArgumentException>(() => registries.Create(
            RemoteApi.ForgeV2, new Uri("http://h"), new FixedCredential(null), new RemoteOptions()));
    }
}
