using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>
/// The end of an Installation. It waits until its ledger owes nothing: without it no remote module could be deleted
/// any more. The ledger itself outlives it, without a finalizer once it is empty.
/// </summary>
internal sealed class InstallationDeparture(FinalizerProtocol finalizers)
{
    private const int NamesShown = 3;

    /// <summary>Puts the wait into words; the pass knows nothing of finalizers.</summary>
    public PassResult Judge(Scene scene, PassResult result)
    {
        if (!scene.Installation.Metadata.IsDeleting || result.Ledger is null || IsDue(scene, result))
        {
            return result;
        }

        var verdict = new InstallationVerdict(Progress.Reconciling, Reasons.Deleting, Wait(result));
        return result with { Installation = verdict };
    }

    public async Task ReleaseAsync(
        Scene scene, PassResult result, WriteProblems problems, CancellationToken cancellationToken)
    {
        if (IsDue(scene, result))
        {
            await finalizers.ReleaseAsync(scene.Installation, problems, cancellationToken);
        }
    }

    /// <summary>It is being deleted and nothing keeps it.</summary>
    public static bool IsDue(Scene scene, PassResult result) =>
        scene.Installation.Metadata.IsDeleting
        && (scene.Installation.Metadata.Wish(Wishes.Abandon) == "true"
            || (result.Ledger is { Entries.Count: 0, Orphans.Length: 0 } ledger && !IsInDoubt(scene, ledger)));

    /// <summary>A resource that goes waits for creates that may still be carried out (T10i): without the Installation
    /// nobody would look.</summary>
    private static bool IsInDoubt(Scene scene, Ledger ledger) => scene.Modules.Any(
        module => module.Metadata.IsDeleting && ledger.MayCommitLate(module.Metadata.Uid));

    private static string Wait(PassResult result)
    {
        var ledger = result.Ledger!;
        var names = ledger.Entries.Values.Select(entry => entry.Owner.ToString()).Order(StringComparer.Ordinal)
            .ToList();
        var shown = string.Join(", ", names.Take(NamesShown)) + (names.Count > NamesShown ? ", …" : "");
        return names.Count > 0
            ? $"Deletion waits for {names.Count} DynamicModules that are still registered here ({shown}): delete them, "
                + "or set the annotation reconciler.io/abandon to \"true\" to leave their remote modules behind."
            : !ledger.Orphans.IsEmpty
                ? $"Deletion waits for {ledger.Orphans.Length} remote modules that still have to be deleted."
                : "Deletion waits for creates that got no answer and may still be carried out.";
    }
}
