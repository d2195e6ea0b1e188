namespace Reconciler.Operator.Intake;

/// <summary>Reads a whole body, if it is no larger than allowed.</summary>
internal static class BoundedRead
{
    private const int FirstBuffer = 4 * 1024;

    /// <returns>Null when there is more than <paramref name="sizeMax"/> bytes; the rest is left unread.</returns>
    public static async Task<ReadOnlyMemory<byte>?> AllAsync(
        Stream body, int sizeMax, CancellationToken cancellationToken)
    {
        var buffer = new byte[FirstBuffer];
        var length = 0;
        while (true)
        {
            var read = await body.ReadAsync(buffer.AsMemory(length), cancellationToken);
            length += read;
            if (length > sizeMax)
            {
                return null;
            }

            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, sizeMax + 1));
            }
        }
    }
}
