using Reconciler.Core.Ledgers;

namespace Reconciler.Core.Planning;

/// <summary>
/// T10r: keeps the memory of what was let go as small as the remote allows. A key that two complete lists, ε apart, do
/// not show is forgotten; one list may lag (A3) and nobody waits for it, so no wake-up is asked for.
/// </summary>
internal static class ReleasedModules
{
    public static void Apply(ResolutionDraft draft)
    {
        foreach (var key in draft.Ledger.Released)
        {
            if (draft.Situation.ListedKeys.Contains(key))
            {
                continue;
            }

            draft.AbsentKeys.Add(key);
            if (draft.Situation.Evidence.AbsentFor.TryGetValue(key, out var age)
                && age >= draft.Situation.Windows.Consistency)
            {
                draft.Ledger = draft.Ledger.ForgetReleased(key);
            }
        }
    }
}
