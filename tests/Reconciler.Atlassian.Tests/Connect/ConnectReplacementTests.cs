using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.TestKit.Wire;

namespace Reconciler.Atlassian.Tests.Connect;

/// <summary>An update without an update verb: delete, register, restore.</summary>
public sealed class ConnectReplacementTests
{
    private const string Former = """{"webItems":[{"key":"k","location":"old"}]}""";
    private static readonly ModuleContent Old = ModuleContent.Parse("webItems", """{"location":"old"}""");
    private static readonly ModuleContent New = ModuleContent.Parse("webItems", """{"location":"new"}""");

    [Fact]
    public async Task A_module_that_is_already_as_wanted_is_not_touched()
    {
        await using var server = Script();
        using var remote = Over(server);
        var same = ModuleContent.Parse("webItems", """{"location":"old"}""");
        Assert.Equal(new UpdateOutcome.Updated(same), await remote.Registry.UpdateAsync("k", same, default));
        Assert.Equal(["GET"], Verbs(server));
    }

    [Fact]
    public async Task A_change_is_delete_and_register_under_the_same_key()
    {
        await using var server = Script(RawAnswer.Json(200, ""));
        using var remote = Over(server);
        Assert.Equal(new UpdateOutcome.Updated(null), await remote.Registry.UpdateAsync("k", New, default));
        Assert.Equal(["GET", "DELETE", "POST"], Verbs(server));
        Assert.EndsWith("?moduleKey=k", server.Requests[1].Target, StringComparison.Ordinal);
        Assert.Equal("""{"webItems":[{"key":"k","location":"new"}]}""", server.Requests[2].Body);
    }

    [Fact]
    public async Task A_refused_definition_leaves_the_former_one_restored()
    {
        await using var server = Script(RawAnswer.Json(400, """{"message":"invalid"}"""), RawAnswer.Json(200, ""));
        using var remote = Over(server);
        var failed = Assert.IsType<UpdateOutcome.Failed>(await remote.Registry.UpdateAsync("k", New, default));
        Assert.Equal("HTTP 400: invalid", Assert.IsType<RemoteFault.Rejected>(failed.Fault).Message);
        Assert.True(failed.Restored);
        Assert.Equal(["GET", "DELETE", "POST", "POST"], Verbs(server));
        Assert.Equal(Former, server.Requests[3].Body);
    }

    [Fact]
    public async Task A_restoration_that_fails_too_is_said()
    {
        await using var server = Script(RawAnswer.Json(400, ""), RawAnswer.Json(500, ""));
        using var remote = Over(server);
        var failed = Assert.IsType<UpdateOutcome.Failed>(await remote.Registry.UpdateAsync("k", New, default));
        Assert.Contains("kept and tried again", failed.Fault.Message, StringComparison.Ordinal);
        Assert.False(failed.Restored);
    }

    [Fact]
    public async Task A_replacement_cut_in_half_goes_on_with_the_registration()
    {
        await using var server = Gone(RawAnswer.Json(200, ""));
        using var remote = Over(server);
        Assert.IsType<UpdateOutcome.Absent>(await remote.Registry.UpdateAsync("k", New, default));
        Assert.Equal(
            new UpdateOutcome.Updated(null), await remote.Registry.ReplaceAsync("k", New, Old, () => true, default));
        Assert.Equal(["GET", "GET", "POST"], Verbs(server));
    }

    [Fact]
    public async Task A_replacement_cut_in_half_and_refused_ends_with_the_former()
    {
        await using var server = Gone(RawAnswer.Json(400, """{"message":"invalid"}"""), RawAnswer.Json(200, ""));
        using var remote = Over(server);
        var failed = Assert.IsType<UpdateOutcome.Failed>(
            await remote.Registry.ReplaceAsync("k", New, Old, () => true, default));
        Assert.True(failed.Restored);
        Assert.Equal(Former, server.Requests[2].Body);
    }

    [Fact]
    public async Task A_former_definition_that_is_refused_once_more_is_sent_once()
    {
        await using var server = Gone(RawAnswer.Json(400, """{"message":"invalid"}"""));
        using var remote = Over(server);
        var failed = Assert.IsType<UpdateOutcome.Failed>(
            await remote.Registry.ReplaceAsync("k", Old, Old, () => true, default));
        Assert.False(failed.Restored);
        Assert.Equal(["GET", "POST"], Verbs(server));
    }

    [Fact]
    public async Task A_registration_without_an_answer_is_looked_for_and_nothing_is_put_in_its_way()
    {
        await using var lost = Script(RawAnswer.Text("", RawEnding.Reset));
        using var first = Over(lost);
        Assert.IsType<UpdateOutcome.Failed>(await first.Registry.UpdateAsync("k", New, default));
        Assert.Equal(["GET", "DELETE", "POST", "GET"], Verbs(lost));

        var posted = false;
        await using var done = new RawHttpServer(request =>
        {
            posted |= request.Method == "POST";
            return request.Method switch
            {
                "GET" => RawAnswer.Json(200, posted ? Former.Replace("old", "new", StringComparison.Ordinal) : Former),
                "DELETE" => RawAnswer.Text("HTTP/1.1 204 No Content\r\n\r\n"),
                _ => RawAnswer.Text("", RawEnding.Reset),
            };
        });
        using var second = Over(done);
        Assert.Equal(new UpdateOutcome.Updated(New), await second.Registry.UpdateAsync("k", New, default));
    }

    /// <summary>Lists lag: the removed definition may be listed still, and hold all that is wanted and a default
    /// more.</summary>
    [Fact]
    public async Task A_sight_of_what_was_removed_is_no_sign_of_a_registration()
    {
        await using var server = new RawHttpServer(request => request.Method switch
        {
            "GET" => RawAnswer.Json(200, Former),
            "DELETE" => RawAnswer.Text("HTTP/1.1 204 No Content\r\n\r\n"),
            _ => RawAnswer.Text("", RawEnding.Reset),
        });
        using var remote = Over(server);
        var less = ModuleContent.Parse("webItems", "{}");
        Assert.IsType<UpdateOutcome.Failed>(await remote.Registry.UpdateAsync("k", less, default));
        Assert.Equal(["GET", "DELETE", "POST", "GET"], Verbs(server));
    }

    /// <summary>Seed 60259 on ConnectJira: frozen in a replacement, and thawed when another leads.</summary>
    [Theory]
    [InlineData(0, "GET")]
    [InlineData(1, "GET DELETE")]
    [InlineData(2, "GET DELETE POST")]
    public async Task Who_lost_the_right_to_write_sends_no_further_half(int allowed, string verbs)
    {
        await using var server = Script(RawAnswer.Json(400, """{"message":"invalid"}"""));
        using var remote = Over(server);
        var asked = 0;
        var failed = Assert.IsType<UpdateOutcome.Failed>(
            await remote.Registry.ReplaceAsync("k", New, Old, () => asked++ < allowed, default));
        Assert.False(failed.Restored);
        Assert.Equal(verbs.Split(' '), Verbs(server));
    }

    [Fact]
    public async Task A_failed_delete_ends_the_replacement_before_anything_is_lost()
    {
        await using var server = new RawHttpServer(request =>
            request.Method == "GET" ? RawAnswer.Json(200, Former) : RawAnswer.Json(500, ""));
        using var remote = Over(server);
        Assert.IsType<UpdateOutcome.Failed>(await remote.Registry.UpdateAsync("k", New, default));
        Assert.DoesNotContain("POST", Verbs(server));
    }

    [Theory]
    [InlineData(
        """{"message":"Installation failed. The app a has duplicate module keys: [k]. """
        + """Please contact the app vendor."}""",
        typeof(RemoteFault.KeyConflict))]
    [InlineData("""{"message":"key is in use"}""", typeof(RemoteFault.KeyConflict))]
    [InlineData("""{"message":"The app a cannot register more than 100 dynamic modules"}""",
        typeof(RemoteFault.KeyConflict))]
    public async Task A_key_that_is_taken_is_a_conflict_whatever_the_words(string body, Type fault)
    {
        await using var server = new RawHttpServer(request =>
            request.Method == "GET" ? RawAnswer.Json(200, Former) : RawAnswer.Json(400, body));
        using var remote = Over(server);
        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.Registry.CreateAsync(
            new CreateRequest("a", "k", New, () => true), default));
        Assert.IsType(fault, refused.Fault);
    }

    [Theory]
    [InlineData("application/json", """{"message":"The request is not from a Connect app."}""",
        "HTTP 401: The request is not from a Connect app.")]
    [InlineData("application/json",
        """{"errorMessages":["Client must be authenticated to access this resource."],"errors":{}}""",
        "HTTP 401: Client must be authenticated to access this resource.")]
    [InlineData("text/plain", "Client must be authenticated to access this resource.",
        "HTTP 401: Client must be authenticated to access this resource.")]
    [InlineData("text/html", "<html><body>Unauthorized</body></html>", "HTTP 401: an HTML page instead of JSON")]
    [InlineData("text/html", "", "HTTP 401 without a message")]
    public async Task Every_form_of_a_401_is_one_clear_fault(string type, string body, string message)
    {
        await using var server = new RawHttpServer(
            _ => RawAnswer.Of(401, type, System.Text.Encoding.UTF8.GetBytes(body)));
        using var remote = Over(server);
        var failed = Assert.IsType<ListOutcome.Failed>(await remote.Registry.ListAsync(default));
        Assert.Equal(message, Assert.IsType<RemoteFault.Unauthorized>(failed.Fault).Message);
    }

    [Fact]
    public async Task A_404_of_the_collection_is_a_wrong_address_and_no_absence()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Json(404, ""));
        using var remote = Over(server);
        Assert.IsType<LookupOutcome.Failed>(await remote.Registry.GetAsync("k", default));
        Assert.IsType<DeleteOutcome.Failed>(await remote.Registry.DeleteAsync("k", default));
        Assert.IsType<UpdateOutcome.Failed>(await remote.Registry.UpdateAsync("k", New, default));
    }

    private static RawHttpServer Script(params RawAnswer[] posts) => Script(deleted: false, posts);

    /// <summary>An earlier replacement has deleted it.</summary>
    private static RawHttpServer Gone(params RawAnswer[] posts) => Script(deleted: true, posts);

    private static RawHttpServer Script(bool deleted, RawAnswer[] posts)
    {
        var answers = new Queue<RawAnswer>(posts);
        return new RawHttpServer(request =>
        {
            deleted |= request.Method == "DELETE";
            return request.Method switch
            {
                "GET" => RawAnswer.Json(200, deleted ? "{}" : Former),
                "DELETE" => RawAnswer.Text("HTTP/1.1 204 No Content\r\n\r\n"),
                _ => answers.Dequeue(),
            };
        });
    }

    private static RemoteFixture Over(RawHttpServer server) => new(
        server.Address, RemoteApi.ConnectJira,
        credentials: new FixedCredential(new Credential.Connect("app", "secret")));

    private static IEnumerable<string> Verbs(RawHttpServer server) => server.Requests.Select(request => request.Method);
}
