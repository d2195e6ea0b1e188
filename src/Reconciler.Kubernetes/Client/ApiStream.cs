using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Client;

/// <summary>
/// An open watch (or log) stream. One reader at a time. Cancelling a read aborts the connection's stream, so a
/// cancelled stream can only be disposed (H4).
/// </summary>
public sealed class ApiStream : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly Stream _stream;
    private readonly LineSplitter _lines;
    private readonly TimeProvider _time;
    private bool _disposed;
    private bool _reading;

    internal ApiStream(HttpResponseMessage response, Stream stream, int lineBytesMax, TimeProvider time)
    {
        _response = response;
        _stream = stream;
        _lines = new LineSplitter(lineBytesMax);
        _time = time;
        LastByteTimestamp = time.GetTimestamp();
    }

    /// <summary>When the last byte came, on the monotonic clock; the headers count. A stream that is silent for longer
    /// than the server's bookmarks allow is half open (W3).</summary>
    public long LastByteTimestamp { get; private set; }

    /// <summary>The next line; the end if the server closed the stream in order.</summary>
    /// <exception cref="KubernetesConnectionException">The stream broke.</exception>
    public async ValueTask<StreamLine> ReadLineAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (true)
        {
            if (_lines.TryTake(out var line))
            {
                return line;
            }

            var read = await ReadAsync(cancellationToken);
            if (read == 0)
            {
                return StreamLine.End;
            }

            _lines.Advance(read);
            LastByteTimestamp = _time.GetTimestamp();
        }
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _stream.Dispose();
            _response.Dispose();
            if (!_reading)
            {
                // A read that is still pending may yet write into the buffer: then it must not be pooled.
                _lines.Dispose();
            }
        }
    }

    private async ValueTask<int> ReadAsync(CancellationToken cancellationToken)
    {
        _reading = true;
        try
        {
            return await _stream.ReadAsync(_lines.Space(), cancellationToken);
        }
        catch (Exception exception)
            when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new KubernetesConnectionException(
                $"The stream broke: {exception.GetBaseException().Message}", Delivery.Unknown, exception);
        }
        finally
        {
            _reading = false;
        }
    }
}
