using Reconciler.Core.Execution;
using Reconciler.TestKit.Wire;

namespace Reconciler.Atlassian.Tests.ForgeV2;

public sealed class ForgeV2ItemTests
{
    [Fact]
    public async Task A_module_is_read_updated_and_deleted_by_its_encoded_key()
    {
        await using var server = new RawHttpServer(request => request.Method switch
        {
            "DELETE" => RawAnswer.Text("HTTP/1.1 204 No Content\r\n\r\n"),
            _ => RawAnswer.Json(200, ForgeV2ListTests.Module("a/b")),
        });
        using var remote = new RemoteFixture(server.Address);
        Assert.Equal(
            "a/b", Assert.IsType<LookupOutcome.Found>(await remote.Registry.GetAsync("a/b", default)).Module.Key);
        Assert.IsType<UpdateOutcome.Updated>(await remote.Registry.UpdateAsync("a/b", RemoteFixture.Content, default));
        Assert.IsType<DeleteOutcome.Deleted>(await remote.Registry.DeleteAsync("a/b", default));
        Assert.All(
            server.Requests, request => Assert.EndsWith("/module/a%2Fb", request.Target, StringComparison.Ordinal));
        Assert.All(remote.Observer.Calls, call =>
            Assert.Equal("/forge/installation/v2/dynamic/module/{key}", call.Route));
    }

    [Fact]
    public async Task A_404_of_the_api_is_an_absence()
    {
        await using var server = new RawHttpServer(
            _ => RawAnswer.Json(404, """{"message":"Dynamic module not found"}"""));
        using var remote = new RemoteFixture(server.Address);
        Assert.IsType<LookupOutcome.Absent>(await remote.Registry.GetAsync("k", default));
        Assert.IsType<UpdateOutcome.Absent>(await remote.Registry.UpdateAsync("k", RemoteFixture.Content, default));
        Assert.IsType<DeleteOutcome.Absent>(await remote.Registry.DeleteAsync("k", default));
    }

    [Fact]
    public async Task A_404_page_of_somebody_in_between_proves_no_absence()
    {
        await using var server = new RawHttpServer(
            _ => RawAnswer.Of(404, "text/html", "\n<html>nginx</html>"u8.ToArray()));
        using var remote = new RemoteFixture(server.Address);
        Assert.IsType<LookupOutcome.Failed>(await remote.Registry.GetAsync("k", default));
        Assert.IsType<UpdateOutcome.Failed>(await remote.Registry.UpdateAsync("k", RemoteFixture.Content, default));
        Assert.IsType<DeleteOutcome.Failed>(await remote.Registry.DeleteAsync("k", default));
    }

    [Fact]
    public async Task Another_module_than_the_one_asked_for_is_malformed()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Json(200, ForgeV2ListTests.Module("other")));
        using var remote = new RemoteFixture(server.Address);
        var failed = Assert.IsType<LookupOutcome.Failed>(await remote.Registry.GetAsync("k", default));
        Assert.IsType<RemoteFault.Malformed>(failed.Fault);
    }

    [Fact]
    public async Task X2_a_refused_update_is_rejected_and_an_empty_answer_is_fine()
    {
        await using var refusing = new RawHttpServer(_ =>
            RawAnswer.Json(400, """{"message":"Key cannot be modified during update"}"""));
        using var first = new RemoteFixture(refusing.Address);
        var failed = Assert.IsType<UpdateOutcome.Failed>(
            await first.Registry.UpdateAsync("k", RemoteFixture.Content, default));
        Assert.Equal(
            "HTTP 400: Key cannot be modified during update",
            Assert.IsType<RemoteFault.Rejected>(failed.Fault).Message);
        await using var silent = new RawHttpServer(_ => RawAnswer.Json(200, ""));
        using var second = new RemoteFixture(silent.Address);
        Assert.Equal(
            new UpdateOutcome.Updated(null), await second.Registry.UpdateAsync("k", RemoteFixture.Content, default));
    }

    [Fact]
    public async Task I13_an_empty_key_throws_and_a_dot_segment_never_leaves()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Text("HTTP/1.1 204 No Content\r\n\r\n"));
        using var remote = new RemoteFixture(server.Address);
        await Assert.ThrowsAsync<ArgumentException>(() => remote.Registry.DeleteAsync("", default));
        Assert.IsType<DeleteOutcome.Failed>(await remote.Registry.DeleteAsync("..", default));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task An_idempotent_call_survives_two_stumbles_and_a_404_after_a_lost_delete_is_absence()
    {
        var answers = new Queue<RawAnswer>([
            RawAnswer.Json(500, """{"message":"An internal error occurred"}"""),
            RawAnswer.Text("", RawEnding.Reset),
            RawAnswer.Json(404, ""),
        ]);
        await using var server = new RawHttpServer(_ => answers.Dequeue());
        using var remote = new RemoteFixture(server.Address);
        Assert.IsType<DeleteOutcome.Absent>(await remote.Registry.DeleteAsync("k", default));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_remote_that_stays_down_is_unavailable_after_three_tries()
    {
        await using var server = new RawHttpServer(_ => RawAnswer.Json(503, "busy"));
        using var remote = new RemoteFixture(server.Address);
        var failed = Assert.IsType<LookupOutcome.Failed>(await remote.Registry.GetAsync("k", default));
        Assert.Equal("HTTP 503: busy", Assert.IsType<RemoteFault.Unavailable>(failed.Fault).Message);
        Assert.Equal(3, server.Requests.Count);
    }
}
