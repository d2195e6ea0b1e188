using System.Text;

namespace Reconciler.TestKit.Wire;

/// <summary>What happens to the connection after the bytes of an answer.</summary>
public enum RawEnding { KeepOpen, Close, Reset, Hang }

/// <summary>The exact bytes of an answer, so that a test can break any rule of HTTP.</summary>
/// <param name="Repeat">How often <see cref="Chunk"/> follows <paramref name="Bytes"/>.</param>
public sealed record RawAnswer(byte[] Bytes, RawEnding Ending = RawEnding.KeepOpen, long Repeat = 0)
{
    public byte[] Chunk { get; init; } = [];

    public static RawAnswer Text(string bytes, RawEnding ending = RawEnding.KeepOpen) =>
        new(Encoding.UTF8.GetBytes(bytes), ending);

    public static RawAnswer Json(int status, string body, params string[] headers) =>
        Of(status, "application/json", Encoding.UTF8.GetBytes(body), headers);

    public static RawAnswer Of(int status, string contentType, byte[] body, params string[] headers)
    {
        var head = new StringBuilder($"HTTP/1.1 {status} Because\r\nContent-Type: {contentType}\r\n");
        head.Append($"Content-Length: {body.Length}\r\n");
        foreach (var header in headers)
        {
            head.Append(header).Append("\r\n");
        }

        return new RawAnswer([.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. body]);
    }
}
