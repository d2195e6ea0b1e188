using Reconciler.Core.Execution;
using Reconciler.TestKit.Wire;

namespace Reconciler.Atlassian.Tests.Http;

/// <summary>H11: no handler resends a POST, least of all on a stale pooled connection.</summary>
public sealed class PooledConnectionTests
{
    [Fact]
    public async Task H11_a_connection_reset_as_the_POST_arrives_is_unknown_and_never_resent()
    {
        for (var i = 0; i < 20; i++)
        {
            await using var server = new RawHttpServer(Answer) { ResetsAtFirstByte = (_, number) => number == 2 };
            using var remote = new RemoteFixture(server.Address);
            Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));
            Assert.IsType<CreateOutcome.Unknown>(await remote.CreateAsync());
            Assert.Equal(1, server.Connections);
            Assert.DoesNotContain(server.Requests, request => request.Method == "POST");
        }
    }

    [Fact]
    public async Task H11_a_POST_that_was_read_before_the_connection_ended_arrived_exactly_once()
    {
        foreach (var ending in new[] { RawEnding.Close, RawEnding.Reset })
        {
            await using var server = new RawHttpServer(request =>
                request.Method == "POST" ? RawAnswer.Text("", ending) : Answer(request));
            using var remote = new RemoteFixture(server.Address);
            Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));
            Assert.IsType<CreateOutcome.Unknown>(await remote.CreateAsync());
            Assert.Single(server.Requests, request => request.Method == "POST");
        }
    }

    [Fact]
    public async Task H11_idle_connections_closed_at_send_time_give_one_POST_at_most()
    {
        // The server closes right after each answer: the client may or may not notice before it sends.
        for (var i = 0; i < 200; i++)
        {
            await using var server = new RawHttpServer(request =>
                Answer(request) with { Ending = request.Method == "GET" ? RawEnding.Close : RawEnding.KeepOpen });
            using var remote = new RemoteFixture(server.Address);
            Assert.IsType<ListOutcome.Complete>(await remote.Registry.ListAsync(default));
            var outcome = await remote.CreateAsync();
            var posts = server.Requests.Count(request => request.Method == "POST");
            Assert.True(
                outcome is CreateOutcome.Created ? posts == 1 : outcome is CreateOutcome.Unknown && posts <= 1,
                $"{outcome} after {posts} POSTs");
        }
    }

    private static RawAnswer Answer(RawRequest request) =>
        request.Method == "GET" ? RawAnswer.Json(200, "[]") : RawAnswer.Json(201, """{"key":"k"}""");
}
