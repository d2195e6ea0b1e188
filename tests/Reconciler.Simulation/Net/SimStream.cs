namespace Reconciler.Simulation.Net;

/// <summary>The reading end of a response that stays open: what a server pushes arrives here, in order.</summary>
internal sealed class SimStream : Stream
{
    private readonly Queue<byte[]> _chunks = new();
    private TaskCompletionSource? _waiting;
    private int _offset;
    private Exception? _broken;
    private bool _ended;

    public bool Closed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Push(byte[] chunk)
    {
        _chunks.Enqueue(chunk);
        Wake();
    }

    public void End()
    {
        _ended = true;
        Wake();
    }

    public void Break(Exception reason)
    {
        _broken = reason;
        Wake();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_chunks.Count == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_broken is not null)
            {
                throw _broken;
            }

            if (_ended)
            {
                return 0;
            }

            var waiting = new TaskCompletionSource();
            _waiting = waiting;
            await using var registration = cancellationToken.Register(() => waiting.TrySetCanceled(cancellationToken));
            await waiting.Task;
        }

        var chunk = _chunks.Peek();
        var count = Math.Min(buffer.Length, chunk.Length - _offset);
        chunk.AsMemory(_offset, count).CopyTo(buffer);
        _offset += count;
        if (_offset == chunk.Length)
        {
            _chunks.Dequeue();
            _offset = 0;
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Closed = true;
        base.Dispose(disposing);
    }

    private void Wake()
    {
        var waiting = _waiting;
        _waiting = null;
        waiting?.TrySetResult();
    }
}
