using System.Text;

namespace Reconciler.TestKit.InMemory;

/// <summary>The body of a watch: bytes are pushed, a read waits for them. It can end, break, or fall silent.</summary>
public sealed class EventStream : Stream
{
    private readonly Queue<byte[]> _chunks = new();
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadOnlyMemory<byte> _rest;
    private bool _ended;
    private bool _broken;

    public bool IsDisposed { get; private set; }

    /// <summary>The peer is gone and nobody says so: pushed bytes never arrive (half open).</summary>
    public bool IsSilent { get; set; }

    public bool IsOpen => !_ended && !_broken && !IsDisposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Push(string text)
    {
        if (!IsSilent && IsOpen)
        {
            _chunks.Enqueue(Encoding.UTF8.GetBytes(text));
            _arrived.TrySetResult();
        }
    }

    /// <summary>The server closes in order; what was pushed before is still read.</summary>
    public void End()
    {
        _ended = true;
        _arrived.TrySetResult();
    }

    /// <summary>The connection is reset; what was pushed and not read is lost.</summary>
    public void Break()
    {
        _broken = true;
        _arrived.TrySetResult();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_broken)
            {
                throw new IOException("Connection reset by peer.");
            }

            if (_rest.Length > 0 || _chunks.Count > 0)
            {
                return Take(buffer);
            }

            if (_ended)
            {
                return 0;
            }

            // Not Task.WaitAsync: it would resume on the thread pool, behind the back of a simulated clock.
            var arrived = _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = cancellationToken.UnsafeRegister(
                _ => arrived.TrySetCanceled(cancellationToken), null);
            await arrived.Task;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    private int Take(Memory<byte> buffer)
    {
        if (_rest.Length == 0)
        {
            _rest = _chunks.Dequeue();
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }
}
