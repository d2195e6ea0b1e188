namespace Reconciler.Atlassian.Http;

/// <summary>Reads a response body into memory up to a limit, without leaving the caller's context.</summary>
internal static class BoundedBody
{
    private const int FirstBufferBytes = 4096;

    /// <returns>Null when the body is larger than <paramref name="bytesMax"/>.</returns>
    public static async Task<byte[]?> ReadAsync(HttpContent content, int bytesMax, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > bytesMax)
        {
            return null;
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[Math.Min(FirstBufferBytes, bytesMax + 1)];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length > bytesMax)
                {
                    return null;
                }

                Array.Resize(ref buffer, (int)Math.Min((long)buffer.Length * 2, (long)bytesMax + 1));
            }

            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return buffer[..length];
            }

            length += read;
        }
    }
}
