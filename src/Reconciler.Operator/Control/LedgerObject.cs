using System.Text.Json;
using Reconciler.Core.Ledgers;

namespace Reconciler.Operator.Control;

/// <summary>A ModuleLedger as it lies in the API server: the ledger in <c>spec</c>, and what else it
/// carries.</summary>
internal sealed record LedgerObject(Ledger Ledger, LedgerMetadata Metadata)
{
    public string Version => Metadata.Version;

    /// <exception cref="JsonException">The answer is not an object with metadata and spec.</exception>
    /// <exception cref="FormatException">The spec is not a ledger of this format; one sentence.</exception>
    public static LedgerObject Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = LedgerJson.MaxDepth });
        var root = document.RootElement;
        var metadata = LedgerMetadata.In(root);
        if (!root.TryGetProperty("spec", out var spec))
        {
            throw new JsonException("the object has no spec");
        }

        return LedgerJson.TryRead(spec, out var ledger, out var error)
            ? new(ledger!, metadata)
            : throw new FormatException(error);
    }
}
