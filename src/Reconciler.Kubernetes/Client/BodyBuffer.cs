using System.Buffers;

namespace Reconciler.Kubernetes.Client;

/// <summary>A pooled buffer that grows up to a limit; one byte more is a <see cref="BodyTooLongException"/>.</summary>
internal sealed class BodyBuffer : IDisposable
{
    private const int InitialBytes = 16 * 1024;

    private readonly int _bytesMax;
    private byte[] _bytes;
    private int _length;

    public BodyBuffer(int bytesMax, long? expected)
    {
        _bytesMax = bytesMax;
        if (expected > bytesMax)
        {
            expected = InitialBytes;
        }

        // One byte beyond the expected length, so that the read which finds the end does not make the buffer grow.
        _bytes = ArrayPool<byte>.Shared.Rent((int)(expected + 1 ?? InitialBytes));
    }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public Memory<byte> Space()
    {
        if (_length > _bytesMax)
        {
            throw new BodyTooLongException();
        }

        if (_length == _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsMemory(_length);
    }

    public void Advance(int count) => _length += count;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }
}

/// <summary>The body passed its limit.</summary>
internal sealed class BodyTooLongException : Exception;
