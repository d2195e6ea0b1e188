using System.Buffers;
using System.Text.Json;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Ledgers;

/// <summary>
/// The stored form of a <see cref="Ledger"/>: exactly <c>.spec</c> of a ModuleLedger resource
/// (crds/moduleledgers.reconciler.io.yaml), the same in a cluster and in a file. Reading is strict: a newer format, an
/// unknown field or a wrong shape is an error, since a ledger that was read in part would be written back in part.
/// </summary>
public static class LedgerJson
{
    /// <summary>How deep a ledger may nest, alone or inside its resource: it holds what was sent, which may itself be
    /// as deep as <see cref="CanonicalJson.MaxDepth"/>. What cannot be read back could never be resolved.</summary>
    public const int MaxDepth = CanonicalJson.MaxDepth + 16;

    /// <summary>The <c>.spec</c> object as UTF-8 JSON without white space.</summary>
    public static byte[] Write(Ledger ledger)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer);
        Write(json, ledger);
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Both would be stored as the same bytes.</summary>
    public static bool AreEqual(Ledger one, Ledger other) => Write(one).AsSpan().SequenceEqual(Write(other));

    /// <summary>Writes the <c>.spec</c> object as one value.</summary>
    public static void Write(Utf8JsonWriter json, Ledger ledger) => new LedgerWriter(json).Write(ledger);

    /// <returns>False with a one-sentence <paramref name="error"/>: what is wrong, in which field.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> spec, out Ledger? ledger, out string? error)
    {
        try
        {
            using var document = JsonDocument.Parse(spec, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return TryRead(document.RootElement, out ledger, out error);
        }
        catch (JsonException exception)
        {
            ledger = null;
            error = $"the ledger is not valid JSON: {exception.Message}";
            return false;
        }
    }

    /// <inheritdoc cref="TryRead(ReadOnlyMemory{byte}, out Ledger?, out string?)"/>
    public static bool TryRead(JsonElement spec, out Ledger? ledger, out string? error)
    {
        try
        {
            ledger = LedgerReader.Read(new LedgerNode(spec, ""));
            error = null;
            return true;
        }
        catch (FormatException exception)
        {
            ledger = null;
            error = exception.Message;
            return false;
        }
    }
}
