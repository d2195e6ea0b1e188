using System.IO.Compression;
using Reconciler.Core.Ledgers;

namespace Reconciler.Core.Execution;

/// <summary>
/// A ledger as last acknowledged, with the version it is stored in. At rest it is packed: an operator of many
/// installations would else hold mostly ledgers that nobody reads, some 7 KB for each module.
/// </summary>
internal abstract record HeldLedger(string? Version)
{
    public sealed record Open(Ledger Ledger, string? Version) : HeldLedger(Version);

    public sealed record Packed(byte[] Bytes, string? Version) : HeldLedger(Version);

    /// <summary>Null when it cannot be unpacked: then it must be read where it is stored.</summary>
    public Ledger? Read() => this switch
    {
        Open open => open.Ledger,
        Packed packed => Unpack(packed.Bytes),
        _ => throw new InvalidOperationException("The forms are a closed set."),
    };

    public HeldLedger AtRest() => this is Open open ? new Packed(Pack(open.Ledger), Version) : this;

    // The better level: 17 KB instead of 27 for a hundred modules, for 3 ms instead of 1 while nothing is under way.
    private static byte[] Pack(Ledger ledger)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal))
        {
            deflate.Write(LedgerJson.Write(ledger));
        }

        return packed.ToArray();
    }

    private static Ledger? Unpack(byte[] bytes)
    {
        using var json = new MemoryStream();
        using var deflate = new DeflateStream(new MemoryStream(bytes), CompressionMode.Decompress);
        deflate.CopyTo(json);
        var unpacked = json.GetBuffer().AsMemory(0, (int)json.Length);
        return LedgerJson.TryRead(unpacked, out var ledger, out _) ? ledger : null;
    }
}
