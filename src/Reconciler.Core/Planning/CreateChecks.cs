using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Planning;

/// <summary>Modules without an entry: bind what exists (T2), refuse what is unsafe (T3h, T3d, T3k, T3t), register the
/// rest (T3).</summary>
internal static class CreateChecks
{
    /// <summary>T1: without an acknowledged finalizer the resource could vanish under the create.</summary>
    public static Decision? AwaitFinalizer(ModuleCase module) =>
        module.Module.Guarded
            ? null
            : module.Stand(
                Progress.Reconciling, Reasons.Registering, "Waiting for the finalizer.", RuleIds.AwaitFinalizer);

    public static Decision? InstallationDeleting(ModuleCase module) =>
        module.Installation.Deleting
            ? module.Stand(Progress.Stalled, Reasons.InstallationNotFound, "The Installation is being deleted.",
                RuleIds.Create)
            : null;

    /// <summary>T2i: an explicit key is bound or explained, never replaced by a new module.</summary>
    public static Decision? Import(ModuleCase module)
    {
        if (module.Module.ImportKey is not { } key)
        {
            return null;
        }

        if (module.Claimed.Contains(key))
        {
            return module.Stand(Progress.Stalled, Reasons.KeyConflict,
                $"importKey {key} is bound to another DynamicModule.", RuleIds.Import);
        }

        if (module.Situation.Observed.GetValueOrDefault(key) is not { } observed)
        {
            return module.Stand(Progress.Stalled, Reasons.Missing,
                $"importKey {key} names no remote module of this installation.", RuleIds.Import);
        }

        return string.Equals(observed.Content.Type, module.Module.Content.Type, StringComparison.Ordinal)
            ? Bind(module, observed, RuleIds.Import)
            : module.Stand(Progress.Stalled, Reasons.InvalidData,
                $"importKey {key} names a module of type {observed.Content.Type}, not {module.Module.Content.Type}.",
                RuleIds.Import);
    }

    /// <summary>T3k: a key that exists and is not ours is never overwritten without adoption.</summary>
    public static Decision? ClientKeyTaken(ModuleCase module)
    {
        if (module.ClientKey is not { } key)
        {
            return null;
        }

        if (module.Claimed.Contains(key))
        {
            return module.Stand(Progress.Stalled, Reasons.KeyConflict,
                $"Key {key} belongs to another DynamicModule.", RuleIds.KeyConflict);
        }

        if (module.Situation.Find(key) is not { } observed)
        {
            return module.Situation.Evidence.Conflicts.Contains(key)
                ? module.Stand(Progress.Stalled, Reasons.KeyConflict,
                    $"The remote says that key {key} is taken, but shows no such module: choose another key.",
                    RuleIds.KeyConflict)
                : null;
        }

        if (!module.Situation.Observed.ContainsKey(key))
        {
            return module.Situation.HiddenIn(key) is { } wait
                ? module.Stand(Progress.Stalled, Reasons.KeyConflict,
                    $"Key {key} is taken by a remote module that is not listed yet; looking again.",
                    RuleIds.KeyConflict, wait)
                : module.Stand(Progress.Stalled, Reasons.ShadowedByStaticModule,
                    $"Key {key} belongs to a static module of the app: choose another key.", RuleIds.KeyConflict);
        }

        var adoptable = module.Situation.IsExclusive || !module.Situation.Rules.SpareTakenKeys
            || (module.Installation.Adoption == AdoptionPolicy.IfIdentical && IsSame(module, observed));
        return adoptable
            ? Bind(module, observed, RuleIds.Adopt)
            : module.Stand(Progress.Stalled, Reasons.KeyConflict,
                $"Key {key} is taken by a remote module that is not ours: "
                + "set importKey to take it over, or another key.",
                RuleIds.KeyConflict);
    }

    /// <summary>T2: an unclaimed module with our content is bound where policy says it is ours.</summary>
    public static Decision? Adopt(ModuleCase module) =>
        (module.Situation.IsExclusive || module.Installation.Adoption == AdoptionPolicy.IfIdentical)
            && module.ClientKey is null && FindUnclaimedSame(module) is { } observed
            ? Bind(module, observed, RuleIds.Adopt)
            : null;

    /// <summary>I12: terminal means terminal.</summary>
    public static Decision? RefusedBefore(ModuleCase module) =>
        IsRefused(module)
            ? module.Stand(Progress.Stalled, Reasons.InvalidData,
                "The remote refused this content; change the spec or request a pass.", RuleIds.TerminalRefusal)
            : null;

    public static Decision? DesiredTwice(ModuleCase module) =>
        FindTwin(module) is { } twin
            ? module.Stand(Progress.Stalled, Reasons.DuplicateDesired,
                $"{twin.Owner} desires the same module; set allowDuplicate: true to register it twice.",
                RuleIds.DuplicateDesired)
            : null;

    /// <summary>T3h: never a hundred twins beside the hundred that exist.</summary>
    public static Decision? AdoptionRequired(ModuleCase module) =>
        !module.Module.AllowDuplicate && FindUnclaimedSame(module) is { } observed
            ? module.Stand(Progress.Stalled, Reasons.AdoptionRequired,
                $"Remote module {observed.Key} is the same and unmanaged: set importKey: {observed.Key}, adoption: "
                + "IfIdentical, or allowDuplicate: true.", RuleIds.AdoptionRequired)
            : null;

    public static Decision? Register(ModuleCase module) => module.Act(
        Reasons.Registering, "Registering.",
        new PlannedAction.Create(module.Module, module.ClientKey, RuleIds.Create, Reasons.Registering));

    /// <summary>Another live module with equal content that comes first: it has an entry already, or a smaller name.
    /// Null when this module may be a duplicate.</summary>
    public static DesiredModule? FindTwin(ModuleCase module)
    {
        if (module.Module.AllowDuplicate)
        {
            return null;
        }

        return module.Situation.Desired.FirstOrDefault(other =>
            other.Owner != module.Module.Owner && other is { Deleting: false, Invalid: null }
            && other.Content.Fingerprint == module.Module.Content.Fingerprint && ComesFirst(module, other));
    }

    public static bool IsRefused(ModuleCase module) =>
        !module.Module.Forced
            && module.Resolution.Ledger.IsRefusedForGood(module.Module.Owner.Uid, module.Module.Content.Fingerprint);

    private static bool ComesFirst(ModuleCase module, DesiredModule other)
    {
        var otherHasEntry = module.Resolution.Ledger.Entries.ContainsKey(other.Owner.Uid);
        if (otherHasEntry != module.Entry is not null)
        {
            return otherHasEntry;
        }

        return !other.Suspended && string.CompareOrdinal(other.Owner.ToString(), module.Module.Owner.ToString()) < 0;
    }

    private static Decision Bind(ModuleCase module, ObservedModule observed, string rule)
    {
        var bind = new PlannedAction.Bind(module.Module, observed.Key, rule, Reasons.Registering);
        var message = $"Binding existing remote module {observed.Key}.";
        return IsSame(module, observed)
            ? module.Act(Reasons.Registering, message, bind)
            : module.Act(Reasons.Registering, message, bind, new PlannedAction.Update(
                module.Module, observed.Key, observed.Content, RuleIds.Update, Reasons.Updating));
    }

    private static bool IsSame(ModuleCase module, ObservedModule observed) =>
        module.Situation.Matches(observed.Content.RelateTo(module.Module.Content));

    /// <summary>The first unclaimed ≡, else the first unclaimed ⊒, that no other module asks for by key.</summary>
    private static ObservedModule? FindUnclaimedSame(ModuleCase module)
    {
        var reserved = module.Situation.Desired
            .Select(other => other.ImportKey)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        return module.Situation.Observed.Values
            .Where(observed => !module.Claimed.Contains(observed.Key) && !reserved.Contains(observed.Key))
            .Where(observed => IsSame(module, observed))
            .OrderByDescending(observed => observed.Content.RelateTo(module.Module.Content))
            .FirstOrDefault();
    }
}
