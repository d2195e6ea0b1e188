using System.Net.Sockets;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.Control;

/// <summary>What happens below HTTP.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task One_connection_survives_every_kind_of_answer()
    {
        int connections = 0;
        await using Remote remote = await Remote.StartAsync(new SocketsHttpHandler
        {
            ConnectCallback = async (context, ct) =>
            {
                Interlocked.Increment(ref connections);
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });

        for (int i = 0; i < 20; i++)
        {
            string key = (await remote.PostAsync()).Key;
            Assert.Equal(204, (await remote.DeleteAsync(key)).Status);
            Assert.Equal(404, (await remote.GetAsync(key)).Status);
            Assert.Equal(204, (await remote.ControlAsync("DELETE", "requests")).Status);
        }

        Assert.Equal(1, connections);
    }
}
