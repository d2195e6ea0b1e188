using System.Net;

namespace Reconciler.Atlassian.Http;

/// <summary>
/// A body that is handed over at most once. The handler serialises it after the connection stands and right before the
/// bytes leave, so this is the last place where a create can still be called off, and where we learn that it no longer
/// can. A second serialisation is a resend by the handler and is refused (H11).
/// </summary>
internal sealed class SingleSendContent(ReadOnlyMemory<byte> body, Func<bool>? maySend) : HttpContent
{
    /// <summary>Bytes may have reached the remote.</summary>
    public bool Started { get; private set; }

    /// <summary>Called off at the last moment: nothing left.</summary>
    public bool CalledOff { get; private set; }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await SerializeToStreamAsync(stream, context, CancellationToken.None);
    }

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Started)
        {
            throw new InvalidOperationException("This request may be sent only once.");
        }

        if (CalledOff || maySend?.Invoke() == false)
        {
            CalledOff = true;
            throw new OperationCanceledException("The right to send ended before the request left.");
        }

        Started = true;
        await stream.WriteAsync(body, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
