using System.Buffers;
using System.Text.Json;

namespace Reconciler.Kubernetes.Api;

/// <summary>Writes one JSON document to bytes.</summary>
public static class JsonBytes
{
    public static byte[] Write<TState>(TState state, Action<Utf8JsonWriter, TState> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer, state);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
