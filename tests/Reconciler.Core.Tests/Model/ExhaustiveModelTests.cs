using Reconciler.Core.Execution;
using Reconciler.Core.Planning;
using Xunit.Abstractions;

namespace Reconciler.Core.Tests.Model;

/// <summary>
/// The small-scope model of crash-safety.md §8: two twins and a distinct module, two leaders, a foreign writer, a quota
/// of three, crashes. Every interleaving of port calls of the production pass, in bounds small enough to finish.
/// </summary>
public sealed class ExhaustiveModelTests(ITestOutputHelper output)
{
    private const int StatesMax = 100_000;

    private static readonly ModelSetup[] Setups =
    [
        new() { Name = "one crash after another", Passes = 3, Crashes = 3 },
        new() { Name = "two leaders overlap", Passes = 3, Failovers = 1 },
        new() { Name = "two leaders and a crash", Passes = 2, Failovers = 1, Crashes = 1 },
        new() { Name = "moments pass", Passes = 2, Ticks = 1 },
        new() { Name = "a long time passes over an unknown create", Passes = 3, Waits = 2 },
        new() { Name = "deleted at any moment", Passes = 3, Deletion = true, Crashes = 1 },
        new() { Name = "a foreign writer takes the last place", Passes = 2, ForeignWrite = true, Crashes = 1 },
        new() { Name = "a foreign twin was there before", Passes = 3, ForeignTwin = true, Crashes = 1 },
    ];

    private static readonly ModelSetup[] Mutants =
    [
        new()
        {
            Name = "(a) W is shorter than the server may take",
            Passes = 4,
            Ticks = 2,
            Options = new PassOptions { Windows = ShortWindows },
        },
        new()
        {
            Name = "(b) no baseline",
            Passes = 2,
            Crashes = 1,
            ForeignTwin = true,
            Options = With(rules => rules with { CompareWithBaseline = false }),
        },
        new()
        {
            Name = "(c) no re-read in T4a",
            Passes = 2,
            Failovers = 1,
            Options = With(rules => rules with { RereadOnConflict = false }),
        },
        new()
        {
            Name = "(d) the finalizer is dropped early",
            Passes = 2,
            Crashes = 1,
            Deletion = true,
            Options = With(rules => rules with { HoldFinalizer = false }),
        },
        new()
        {
            Name = "(e) an unknown outcome is taken for a refusal",
            Passes = 2,
            Options = With(rules => rules with { KeepUnknownIntent = false }),
        },
        new()
        {
            Name = "(f) no wait before the absent verdict",
            Passes = 2,
            Crashes = 1,
            Options = With(rules => rules with { WaitBeforeAbsent = false }),
        },
    ];

    private static ProtocolWindows ShortWindows => new()
    {
        Http = TimeSpan.Zero, Server = TimeSpan.Zero, Margin = TimeSpan.Zero, Consistency = TimeSpan.FromSeconds(1),
    };

    public static TheoryData<string> Broken => new(Mutants.Select(setup => setup.Name));

    public static TheoryData<string> Sound => new(Setups.Select(setup => setup.Name));

    [Theory]
    [MemberData(nameof(Sound))]
    public void No_interleaving_breaks_an_invariant(string name)
    {
        var result = new ModelExplorer(Setups.Single(setup => setup.Name == name)).Run(StatesMax);

        output.WriteLine($"{result.States} states, {result.Settled} ends");
        Assert.True(result.Violation is null, result.Violation);
        Assert.True(result.Settled > 0, "no path reached an end");
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_mutant_of_the_protocol_is_caught(string name)
    {
        var result = new ModelExplorer(Mutants.Single(setup => setup.Name == name)).Run(StatesMax);

        output.WriteLine($"{result.States} states\n{result.Violation}");
        Assert.True(result.Violation is not null, "the mutant survived");
    }

    private static PassOptions With(Func<ProtocolRules, ProtocolRules> mutate) =>
        new() { Rules = mutate(ProtocolRules.Sound) };
}
