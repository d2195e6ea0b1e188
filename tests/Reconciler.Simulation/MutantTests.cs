using Reconciler.Simulation.Mutants;
using Xunit.Abstractions;

namespace Reconciler.Simulation;

/// <summary>Each wrong operator is found out within a bounded number of seeds.</summary>
public sealed class MutantTests(ITestOutputHelper output)
{
    private const int Seeds = 200;

    [Fact]
    public void No_mutant_survives()
    {
        var survivors = new List<string>();
        foreach (var (mutant, seed, api) in SimulationMutants.All)
        {
            var killed = SimulationMutants.Kill(mutant, seed, api, Seeds);
            var fate = killed is null ? "survived" : $"seed {killed.Asked}, {killed.Violations[0]}";
            output.WriteLine($"{mutant.Name}: {fate}");
            if (killed is null)
            {
                survivors.Add(mutant.Name);
            }
        }

        Assert.Empty(survivors);
    }
}
