using System.Buffers;

namespace Reconciler.Kubernetes.Client;

/// <summary>
/// Cuts a byte stream into lines. Sans-IO: the owner reads into <see cref="Space"/>, reports it by
/// <see cref="Advance"/> and takes lines. Bytes are never decoded here, so a chunk may end inside a character.
/// </summary>
internal sealed class LineSplitter(int lineBytesMax) : IDisposable
{
    private const int InitialBytes = 8 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(InitialBytes, lineBytesMax));
    private int _start;
    private int _scanned;
    private int _end;
    private bool _skipping;

    /// <summary>Free room for the next read; moves or grows the buffer. Ends the validity of the last line.</summary>
    public Memory<byte> Space()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            _scanned -= _start;
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Resize(_buffer.Length * 2);
        }

        return _buffer.AsMemory(_end);
    }

    public void Advance(int count) => _end += count;

    public bool TryTake(out StreamLine line)
    {
        while (true)
        {
            var found = _buffer.AsSpan(_scanned.._end).IndexOf((byte)'\n');
            if (found < 0)
            {
                return TakeUnfinished(out line);
            }

            var content = _buffer.AsMemory(_start..(_scanned + found));
            var skipped = _skipping;
            _start = _scanned = _scanned + found + 1;
            _skipping = false;
            content = content.TrimEnd((byte)'\r');
            if (skipped || content.IsEmpty)
            {
                continue;
            }

            line = content.Length <= lineBytesMax
                ? new StreamLine(StreamLineKind.Line, content)
                : new StreamLine(StreamLineKind.TooLong, content[..lineBytesMax]);
            return true;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _scanned = _end = 0;
    }

    private bool TakeUnfinished(out StreamLine line)
    {
        line = default;
        if (_skipping)
        {
            _start = _scanned = _end;
            return false;
        }

        _scanned = _end;
        if (_end - _start <= lineBytesMax)
        {
            ShrinkWhenEmpty();
            return false;
        }

        line = new StreamLine(StreamLineKind.TooLong, _buffer.AsMemory(_start, lineBytesMax));
        _skipping = true;
        _start = _end;
        return true;
    }

    // One giant line must not keep its megabytes for as long as the watch lives.
    private void ShrinkWhenEmpty()
    {
        if (_start == _end && _buffer.Length > InitialBytes * 16)
        {
            Resize(InitialBytes);
        }
    }

    private void Resize(int size)
    {
        var next = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(_start.._end).CopyTo(next);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = next;
        _scanned -= _start;
        _end -= _start;
        _start = 0;
    }
}
