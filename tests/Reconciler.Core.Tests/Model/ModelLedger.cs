using System.Globalization;
using Reconciler.Core.Ledgers;

namespace Reconciler.Core.Tests.Model;

/// <summary>The shared ledger; checks every version (I1, I3, I4, I8) and remembers what was announced (I2).</summary>
internal sealed class ModelLedger(ModelRemote remote)
{
    private int _version;

    public Ledger? Stored { get; private set; }
    public HashSet<string> Announced { get; } = new(StringComparer.Ordinal);

    public LedgerReadOutcome Read() =>
        Stored is null ? new LedgerReadOutcome.Absent() : new LedgerReadOutcome.Found(Stored, Version);

    public LedgerWriteOutcome Write(Ledger next, string? version)
    {
        if (version != (Stored is null ? null : Version))
        {
            return new LedgerWriteOutcome.Conflict();
        }

        Check(next);
        Stored = next;
        _version++;
        Announced.UnionWith(next.OpenAttempts().Select(open => open.Attempt.Id));
        return new LedgerWriteOutcome.Written(Version);
    }

    private string Version => _version.ToString(CultureInfo.InvariantCulture);

    private void Check(Ledger next)
    {
        if (next.FindDoubleClaim() is { } twice)
        {
            throw new ModelViolation($"I1: key {twice} is claimed twice");
        }

        if (next.Epoch < (Stored?.Epoch ?? 0) || next.Sequence != (Stored?.Sequence ?? 0) + 1)
        {
            throw new ModelViolation("I8: an old epoch committed");
        }

        if (next.ClaimedKeys().FirstOrDefault(remote.IsForeign) is { } foreign)
        {
            throw new ModelViolation($"I4: foreign module {foreign} was claimed");
        }

        foreach (var (uid, entry) in next.Entries)
        {
            var before = Stored?.Entries.GetValueOrDefault(uid)?.Attempt;
            if (before is not null && entry.Attempt is { } attempt && attempt.Id != before.Id)
            {
                throw new ModelViolation($"I3: {attempt.Id} was announced before {before.Id} was closed");
            }
        }
    }
}
