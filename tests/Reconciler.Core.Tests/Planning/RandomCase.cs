using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;

namespace Reconciler.Core.Tests.Planning;

/// <summary>A random ledger, list, wish and evidence that fit together, from one seed. Small pools of names, keys and
/// contents, so that twins, conflicts and gaps are common.</summary>
internal sealed class RandomCase
{
    private const int Keys = 8;
    private readonly Random _random;

#pragma warning disable RS0030 // The seed is printed with every failure.
    public RandomCase(int seed)
    {
        _random = new Random(seed);
        Installation = RandomInstallation();
        Desired = [.. Enumerable.Range(0, _random.Next(7)).Select(RandomModule)];
        Observed = [.. Enumerable.Range(0, Keys).Where(_ => Chance(60)).Select(RandomObserved)];
        Ledger = RandomLedger();
        Evidence = RandomEvidence();
    }
#pragma warning restore RS0030

    public Installation Installation { get; set; }
    public ImmutableArray<DesiredModule> Desired { get; set; }
    public ImmutableArray<ObservedModule> Observed { get; set; }
    public Ledger Ledger { get; }
    public Evidence Evidence { get; }

    public Situation Situation => new(
        Installation, Desired, Observed, Evidence, new ProtocolWindows(), DateTimeOffset.UnixEpoch);

    public Resolution Resolve() => Resolver.Resolve(Ledger, Situation);

    public Plan Plan() => Planner.Plan(Resolve(), Situation);

    /// <summary>Everything a plan says, as text.</summary>
    public static string Describe(Plan plan) => string.Join('\n',
    [
        plan.Hash,
        .. plan.Actions.Select(action => $"{action.Rule} {action.Identity()}"),
        .. plan.Held.Select(held => $"held {held.Reason} {held.Action.Identity()}"),
        .. plan.Verdicts.Select(verdict => verdict.ToString()),
    ]);

    public void Shuffle()
    {
        Desired = [.. Shuffled(Desired)];
        Observed = [.. Shuffled(Observed)];
    }

    private Installation RandomInstallation() => new(new InstallationKey("team-a", "acme"))
    {
        Ownership = Chance(50) ? OwnershipMode.Shared : OwnershipMode.Exclusive,
        Adoption = Chance(50) ? AdoptionPolicy.Never : AdoptionPolicy.IfIdentical,
        Drift = Pick(DriftPolicy.Correct, DriftPolicy.Warn, DriftPolicy.Ignore),
        MaxDeletes = new DeleteBudget(_random.Next(6), _random.Next(60)),
        Quota = _random.Next(3, 14),
    };

    private DesiredModule RandomModule(int index) =>
        new(new ModuleOwner($"uid-{index}", "team-a", $"m{index}"), RandomContent())
        {
            Deleting = Chance(15),
            Suspended = Chance(10),
            Invalid = Chance(5) ? "not usable" : null,
            Guarded = Chance(95),
            AllowDuplicate = Chance(40),
            Forced = Chance(10),
            Abandoned = Chance(5),
            DeletionPolicy = Chance(80) ? DeletionPolicy.Delete : DeletionPolicy.Orphan,
            ImportKey = Chance(10) ? KeyAt(_random.Next(Keys)) : null,
            MirroredKey = Chance(10) ? KeyAt(_random.Next(Keys)) : null,
        };

    private ObservedModule RandomObserved(int index) => new(KeyAt(index), RandomContent());

    private ModuleContent RandomContent() =>
        ModuleContent.Parse(Chance(85) ? "trigger" : "macro", $"{{\"v\":{_random.Next(3)}}}");

    private Ledger RandomLedger()
    {
        var ledger = Leadership.Begin(Installation.Key, Installation.Api, "cluster", "writer");
        if (Chance(80))
        {
            ledger = ledger.RecordGenesis(Enumerable.Range(0, Keys).Where(_ => Chance(20)).Select(KeyAt));
        }

        var free = new Queue<string>(Shuffled(Enumerable.Range(0, Keys).Select(KeyAt)));
        foreach (var module in Desired.Where(_ => Chance(60)))
        {
            ledger = Chance(30) ? Announce(ledger, module) : BindTo(ledger, module, free.Dequeue());
        }

        if (Chance(20))
        {
            ledger = BindTo(ledger, RandomModule(9), free.Dequeue());
        }

        return Chance(20)
            ? ledger.Owe(new Orphan(KeyAt(99), RandomContent().Fingerprint, "test", DateTimeOffset.UnixEpoch))
            : ledger;
    }

    private Ledger Announce(Ledger ledger, DesiredModule module) => ledger.Announce(
        [new Announcement($"a-{module.Owner.Name}", module.Owner, module.Content, null, module.DeletionPolicy)],
        Enumerable.Range(0, Keys).Where(_ => Chance(60)).Select(KeyAt), DateTimeOffset.UnixEpoch);

    private Ledger BindTo(Ledger ledger, DesiredModule module, string key)
    {
        var bound = ledger.BindExisting(
            module, new ObservedModule(key, RandomContent()), "T5", DateTimeOffset.UnixEpoch);
        bound = bound.Settle(
            module.Owner.Uid, Chance(70) ? module.Content.Fingerprint : RandomContent().Fingerprint, null);
        return Chance(10) ? bound.MarkDeleting(module.Owner.Uid, "T10", DateTimeOffset.UnixEpoch) : bound;
    }

    private Evidence RandomEvidence() => Evidence.None with
    {
        Attempts = Desired.Where(_ => Chance(70)).ToImmutableDictionary(
            module => $"a-{module.Owner.Name}",
            _ => new AttemptSight(Seconds(300), Chance(50) ? Seconds(60) : null), StringComparer.Ordinal),
        OwnWrites = SomeKeys().ToImmutableDictionary(key => key, _ => Seconds(60), StringComparer.Ordinal),
        AbsentFor = SomeKeys().ToImmutableDictionary(key => key, _ => Seconds(60), StringComparer.Ordinal),
        Lookups = SomeKeys().ToImmutableDictionary(key => key, _ => (ObservedModule?)null, StringComparer.Ordinal),
        Contended = [.. SomeKeys()],
    };

    private IEnumerable<string> SomeKeys() => Enumerable.Range(0, Keys).Where(_ => Chance(25)).Select(KeyAt).ToArray();

    private static string KeyAt(int index) => $"key-{index}";

    private TimeSpan Seconds(int max) => TimeSpan.FromSeconds(_random.Next(max));

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];

    private T[] Shuffled<T>(IEnumerable<T> values)
    {
        var copy = values.ToArray();
        _random.Shuffle(copy);
        return copy;
    }
}
