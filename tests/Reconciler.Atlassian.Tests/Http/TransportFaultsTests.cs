using System.Net.Sockets;
using System.Security.Authentication;
using Reconciler.Core.Execution;
using Reconciler.TestKit.Wire;

namespace Reconciler.Atlassian.Tests.Http;

/// <summary>What an exception proves about a create whose body was already handed over (crash-safety.md §4).</summary>
public sealed class TransportFaultsTests
{
    public static TheoryData<Exception, bool> Exceptions => new()
    {
        { new HttpRequestException(HttpRequestError.NameResolutionError), true },
        { new HttpRequestException(HttpRequestError.ConnectionError), true },
        { new HttpRequestException(HttpRequestError.SecureConnectionError), true },
        { new HttpRequestException(HttpRequestError.ProxyTunnelError), true },
        { new HttpRequestException("refused", new SocketException((int)SocketError.ConnectionRefused)), true },
        { new SocketException((int)SocketError.HostNotFound), true },
        { new HttpRequestException("h2", new HttpProtocolException(7, "REFUSED_STREAM", null)), true },
        { new HttpRequestException("h2", new HttpProtocolException(8, "CANCEL", null)), false },
        { new HttpRequestException(HttpRequestError.ResponseEnded), false },
        { new HttpRequestException(HttpRequestError.InvalidResponse), false },
        { new HttpRequestException(HttpRequestError.HttpProtocolError), false },
        { new HttpRequestException("reset", new SocketException((int)SocketError.ConnectionReset)), false },
        { new HttpRequestException("late", new SocketException((int)SocketError.HostUnreachable)), false },
        { new HttpRequestException("tls", new IOException("alert", new AuthenticationException())), false },
        { new IOException("broken pipe"), false },
        { new OperationCanceledException(), false },
        { new InvalidOperationException("a fault of the handler"), false },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public async Task Only_failures_before_the_request_prove_that_nothing_was_done(Exception exception, bool notSent)
    {
        using var remote = new RemoteFixture(new Uri("https://h"), handler: new ScriptedHandler(_ => throw exception));
        var outcome = await remote.CreateAsync();
        if (notSent)
        {
            Assert.False(Assert.IsType<CreateOutcome.Refused>(outcome).Sent);
        }
        else
        {
            Assert.IsType<CreateOutcome.Unknown>(outcome);
        }
    }

    [Fact]
    public async Task H1_every_answer_is_read_and_given_back_so_one_connection_serves_them_all()
    {
        var statuses = new[] { 200, 404, 422, 400, 401 };
        var number = 0;
        await using var server = new RawHttpServer(_ =>
            RawAnswer.Json(statuses[number++ % statuses.Length], "{\"message\":\"" + new string('x', 9_000) + "\"}"));
        using var remote = new RemoteFixture(server.Address);
        for (var i = 0; i < 500; i++)
        {
            await remote.Registry.GetAsync("k", default);
        }

        Assert.Equal(500, server.Requests.Count);
        Assert.Equal(1, server.Connections);
    }
}
