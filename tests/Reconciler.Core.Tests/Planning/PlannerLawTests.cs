using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Tests.Planning;

/// <summary>Laws that hold for every input (house rules §5.8), over seeded random cases. A failure names its
/// seed.</summary>
public sealed class PlannerLawTests
{
    private const int Seeds = 1000;

    private static readonly ManagementMode[] FromLooseToStrict =
        [ManagementMode.Manage, ManagementMode.NoDelete, ManagementMode.CreateOnly, ManagementMode.Observe];

    [Fact]
    public void M5_permuting_the_input_changes_nothing() => ForEachSeed(@case =>
    {
        var before = RandomCase.Describe(@case.Plan());
        @case.Shuffle();
        Assert.Equal(before, RandomCase.Describe(@case.Plan()));
    });

    [Fact]
    public void Every_desired_module_has_exactly_one_verdict_with_a_known_reason() => ForEachSeed(@case =>
    {
        var reasons = typeof(Reasons).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToHashSet();
        var plan = @case.Plan();
        Assert.Equal(
            @case.Desired.Select(module => module.Owner.Uid).Order(StringComparer.Ordinal),
            plan.Verdicts.Select(verdict => verdict.Owner.Uid).Order(StringComparer.Ordinal));
        Assert.All(plan.Verdicts, verdict => Assert.Contains(verdict.Reason, reasons));
        Assert.All(plan.Verdicts, verdict => Assert.NotEmpty(verdict.Message));
    });

    [Fact]
    public void I1_claims_stay_injective() => ForEachSeed(@case =>
    {
        Assert.Null(@case.Resolve().Ledger.FindDoubleClaim());
        var keys = @case.Plan().Actions.OfType<PlannedAction.Bind>().Select(bind => bind.Key)
            .Concat(@case.Resolve().Ledger.ClaimedKeys());
        Assert.Equal(keys.Distinct(StringComparer.Ordinal).Count(), keys.Count());
    });

    [Fact]
    public void I4_shared_ownership_writes_only_to_what_is_claimed_or_imported() => ForEachSeed(@case =>
    {
        @case.Installation = @case.Installation with { Ownership = OwnershipMode.Shared };
        var plan = @case.Plan();
        var ours = @case.Resolve().Ledger.ClaimedKeys()
            .Union(plan.Actions.OfType<PlannedAction.Bind>().Select(bind => bind.Key));
        var touched = plan.Actions.Where(action => action is not PlannedAction.Create).Select(action => action.Key()!);
        Assert.All(touched, key => Assert.Contains(key, ours));
        Assert.DoesNotContain(plan.Actions, action => action is PlannedAction.Prune);
    });

    [Fact]
    public void I7_a_plan_never_goes_above_the_quota() => ForEachSeed(@case =>
    {
        var plan = @case.Plan();
        var occupied = @case.Resolve().Ledger.CountOccupied(@case.Situation.Observed.Keys);
        var after = occupied - plan.Actions.Count(action => action.Destroys())
            + plan.Actions.Count(action => action is PlannedAction.Create);
        Assert.True(after <= Math.Max(@case.Installation.Quota, occupied), $"{after} modules");
    });

    [Fact]
    public void I11_a_plan_never_deletes_more_than_the_budget() => ForEachSeed(@case =>
    {
        var ledger = @case.Resolve().Ledger;
        var underWay = ledger.Entries.Values.Count(entry => entry.Phase == EntryPhase.Deleting);
        var bound = ledger.Entries.Values.Count(entry => entry.Key is not null);
        var deletes = @case.Plan().Actions.Count(action => action.Destroys());
        Assert.True(deletes <= Math.Max(underWay, @case.Installation.MaxDeletes.Allowed(bound)), $"{deletes} deletes");
    });

    [Fact]
    public void I11_without_any_desired_module_nothing_is_deleted_but_debts() => ForEachSeed(@case =>
    {
        @case.Desired = [];
        var deletes = @case.Plan().Actions.Where(action => action.Destroys());
        Assert.All(deletes, action => Assert.True(action is PlannedAction.DeleteOrphan
            || @case.Ledger.Entries[action.Owner()!.Uid].Phase == EntryPhase.Deleting));
    });

    [Fact]
    public void I11_a_module_that_is_not_allowed_is_no_desired_module() => ForEachSeed(@case =>
    {
        var guest = new ModuleOwner("guest-uid", "elsewhere", "guest");
        @case.Desired =
            [new(guest, ModuleContent.Parse("invalid", "{}")) { NotAllowed = true, Invalid = "not allowed" }];
        var deletes = @case.Plan().Actions.Where(action => action.Destroys());
        Assert.All(deletes, action => Assert.True(action is PlannedAction.DeleteOrphan
            || @case.Ledger.Entries[action.Owner()!.Uid].Phase == EntryPhase.Deleting));
    });

    [Fact]
    public void I9_a_stricter_mode_only_removes_writes() => ForEachSeed(@case =>
    {
        // A mode that never deletes releases a deleted resource's module, which then may be adopted: another story.
        @case.Desired = [.. @case.Desired.Select(module => module with { Deleting = false })];
        var looser = (HashSet<string>?)null;
        foreach (var mode in FromLooseToStrict)
        {
            @case.Installation = @case.Installation with { Mode = mode };
            var writes = @case.Plan().Actions.Where(action => action.Mutates()).Select(action => action.Identity());
            var stricter = writes.ToHashSet(StringComparer.Ordinal);
            Assert.True(looser is null || stricter.IsSubsetOf(looser), $"{mode} adds a write");
            looser = stricter;
        }

        Assert.Empty(looser!);
    });

    [Fact]
    public void Approval_and_suspension_only_remove_writes_and_keep_the_hash() => ForEachSeed(@case =>
    {
        var free = @case.Plan();
        @case.Installation = @case.Installation with { ApplyPolicy = ApplyPolicy.Manual };
        var manual = @case.Plan();
        Assert.Equal(free.Hash, manual.Hash);
        Assert.DoesNotContain(manual.Actions, action => action.Mutates() && !IsUnderWay(@case, action));

        @case.Installation = @case.Installation with { ApprovedPlanHash = free.Hash };
        var approved = @case.Plan();
        Assert.Equal(free.Hash, approved.Hash);
        Assert.True(approved.Actions.Length >= free.Actions.Length);
        @case.Installation = @case.Installation with { Suspended = true };
        Assert.Empty(@case.Plan().Actions);
    });

    [Fact]
    public void Resolving_twice_learns_nothing_new() => ForEachSeed(@case =>
    {
        // A mirrored key speaks once its entry is gone, and a released module may be a waiting twin's (seed 2196): both
        // are the next pass's business.
        @case.Desired =
        [
            .. @case.Desired.Select(module =>
                module with { MirroredKey = null, DeletionPolicy = DeletionPolicy.Delete, Abandoned = false }),
        ];
        var once = @case.Resolve().Ledger;
        var twice = Resolver.Resolve(once, @case.Situation).Ledger;
        Assert.Equal(once.Journal.Select(Describe), twice.Journal.Select(Describe));
        Assert.Same(once, twice);
    });

    [Fact]
    public void M5b_server_defaults_change_no_decision() => ForEachSeed(@case =>
    {
        if (@case.Desired.Any(module => IsStale(@case, module)))
        {
            // Whether a change was applied but not recorded, or takes a member away, looks the same: it is put again.
            return;
        }

        var plain = @case.Plan();
        @case.Observed = [.. @case.Observed.Select(module => module with { Content = WithDefaults(module.Content) })];
        var defaulted = @case.Plan();
        Assert.Equal(
            plain.Actions.Select(action => action.Identity()), defaulted.Actions.Select(action => action.Identity()));
        Assert.Equal(
            plain.Verdicts.Select(verdict => verdict.Reason), defaulted.Verdicts.Select(verdict => verdict.Reason));
    });

    private static ModuleContent WithDefaults(ModuleContent content) => ModuleContent.Parse(
        content.Type,
        System.Text.Encoding.UTF8.GetString(content.Data.Span)
            .Replace("}", ",\"zz\":{\"on\":true}}", StringComparison.Ordinal));

    private static string Describe(JournalLine line) => $"{line.OwnerUid} {line.Rule} {line.Message}";

    private static bool IsStale(RandomCase @case, DesiredModule module) =>
        @case.Ledger.Entries.TryGetValue(module.Owner.Uid, out var entry)
            && entry.Applied != module.Content.Fingerprint;

    private static bool IsUnderWay(RandomCase @case, PlannedAction action) =>
        action.Owner() is { } owner && @case.Ledger.Entries[owner.Uid].Phase == EntryPhase.Deleting;

    private static void ForEachSeed(Action<RandomCase> law)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            try
            {
                law(new RandomCase(seed));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}: {exception.Message}", exception);
            }
        }
    }
}
