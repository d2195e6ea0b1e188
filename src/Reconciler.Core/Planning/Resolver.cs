using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>
/// What a complete list proves, as changes to the ledger; it never asks for a remote write. Pure and total.
/// <code>
/// R1   entries of restored resources follow their names          RestoredOwners (before the list, see Restores)
/// T2m  a lost ledger is rebuilt from mirrored keys                MirroredKeys
/// T5   an unknown create is found among the keys that are new     IntentMatching
/// T7   more of them than we made                                  IntentMatching
/// T12  a closed attempt committed late                            LateCommits
/// T5w  something new of the same type: maybe ours                 IntentDoubts
/// T6   nothing new, long enough, twice: it did not happen         IntentDoubts
/// T9   a bound module is not there                                MissingModules
/// T10r what was let go is gone                                    ReleasedModules
/// T8s  what the server made of our content                        SettledContent
/// T10r entries that end without a remote write                    Releases
/// </code>
/// </summary>
public static class Resolver
{
    private static readonly ImmutableArray<Action<ResolutionDraft>> Steps =
    [
        MirroredKeys.Apply,
        IntentMatching.Apply,
        LateCommits.Apply,
        IntentDoubts.Apply,
        MissingModules.Apply,
        ReleasedModules.Apply,
        SettledContent.Apply,
        static draft => draft.Ledger = Releases.Apply(draft.Ledger, draft.Situation),
    ];

    public static Resolution Resolve(Ledger ledger, Situation situation)
    {
        var known = ledger.RecordGenesis(situation.ListedKeys).Exhume(situation.Evidence.ExpiredTombstones);
        var draft = new ResolutionDraft(known, situation);
        foreach (var step in Steps)
        {
            step(draft);
        }

        return draft.Finish();
    }

    /// <summary>Keys that are not listed but ought to be: worth a single read before anything is concluded.</summary>
    public static ImmutableArray<string> Questions(Ledger ledger, Situation situation)
    {
        var bound = ledger.Entries.Values
            .Where(entry => entry.Phase != EntryPhase.Deleting)
            .Select(entry => entry.Key)
            .OfType<string>()
            .Where(key => situation.SettlesIn(key) is null);
        var mirrored = MirroredKeys.Candidates(ledger, situation).Select(module => module.MirroredKey!);
        var late = LateCommits.AwaitedKeys(ledger, situation);
        var expected = bound.Concat(mirrored).Concat(situation.Evidence.Conflicts).Concat(late);
        return [.. expected.Where(key => !situation.Observed.ContainsKey(key)).ToOrdinalSet()];
    }
}
