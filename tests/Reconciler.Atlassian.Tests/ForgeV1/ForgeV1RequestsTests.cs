using System.Text;
using Reconciler.Atlassian.ForgeContainer;
using Reconciler.Atlassian.ForgeV1;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Tests.ForgeV1;

public sealed class ForgeV1RequestsTests
{
    private static readonly ModuleContent Content = ModuleContent.Parse("trigger", """{"key":"inner","a":1}""");

    [Fact]
    public void X4_v1_updates_the_item_and_the_container_the_collection()
    {
        var direct = new ForgeV1Requests(trailingSlash: true).Update("a/b", Content);
        Assert.Equal("PUT /forge/installation/v1/dynamic/module/a%2Fb", $"{direct.Method} {direct.PathAndQuery}");
        var proxied = new ForgeContainerRequests().Update("a/b", Content);
        Assert.Equal("PUT /atlassian/forge/installation/v1/dynamic/module", $"{proxied.Method} {proxied.PathAndQuery}");
        Assert.Equal(Text(direct), Text(proxied));
    }

    [Fact]
    public void X7_the_key_stands_outside_and_never_in_data()
    {
        var create = new ForgeV1Requests(trailingSlash: true).Create("attempt", "mine", Content);
        Assert.Equal("""{"key":"mine","type":"trigger","data":{"a":1}}""", Text(create));
        Assert.Equal("/forge/installation/v1/dynamic/module/", create.PathAndQuery);
        Assert.Equal("attempt", create.AttemptId);
    }

    [Fact]
    public void X5_the_container_collection_has_no_trailing_slash()
    {
        var requests = new ForgeContainerRequests();
        Assert.Equal(
            "/atlassian/forge/installation/v1/dynamic/module?limit=3&nextPageToken=t%2F",
            requests.List("t/", 3).PathAndQuery);
        Assert.Equal(
            "/atlassian/forge/installation/v1/dynamic/module", requests.Create("a", "k", Content).PathAndQuery);
        Assert.Equal("/atlassian/forge/installation/v1/dynamic/module/k", requests.Delete("k").PathAndQuery);
        Assert.Equal("/atlassian/forge/installation/v1/dynamic/module/k", requests.Get("k").PathAndQuery);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("{}", true)]
    [InlineData("""{"key":"mine"}""", true)]
    [InlineData("""{"key":"mine","type":"t","data":[]}""", true)]
    [InlineData("""{"key":"other"}""", false)]
    [InlineData("[]", false)]
    [InlineData("<html>", false)]
    [InlineData("""{"key":"mine""", false)]
    public void A_created_answer_proves_our_key_unless_it_speaks_of_another(string body, bool proves)
    {
        var reply = new RemoteReply(201, ReplyHeaders.Empty, Encoding.UTF8.GetBytes(body));
        Assert.Equal(proves ? new CreateOutcome.Created("mine", null) : null, ForgeV1Wire.ReadCreated(reply, "mine"));
    }

    [Theory]
    [InlineData(422, "Dynamic module with key 'k' already exists", typeof(RemoteFault.KeyConflict))]
    [InlineData(422, "Maximum number of dynamic modules (100) exceeded", typeof(RemoteFault.QuotaExceeded))]
    [InlineData(422, "Invalid module data: /events is required", typeof(RemoteFault.Rejected))]
    [InlineData(400, "Key cannot be modified during update", typeof(RemoteFault.Rejected))]
    [InlineData(401, "Authorization failed", typeof(RemoteFault.Unauthorized))]
    public void X18_the_words_tell_a_taken_key_from_a_full_installation_and_bad_data(
        int status, string message, Type fault)
    {
        var reply = new RemoteReply(
            status, ReplyHeaders.Empty, Encoding.UTF8.GetBytes($$"""{"message":"{{message}}"}"""));
        Assert.IsType(fault, ForgeV1Faults.OfWrite(reply, isFull: false));
    }

    private static string Text(RemoteRequest request) => Encoding.UTF8.GetString(request.Body.Span);
}
