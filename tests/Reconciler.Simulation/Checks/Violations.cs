using Reconciler.Simulation.Kernel;

namespace Reconciler.Simulation.Checks;

/// <summary>What broke, with the invariant's id; and which assumptions this run broke on purpose (A2, A3,
/// A6).</summary>
internal sealed class Violations(SimKernel kernel)
{
    private readonly List<string> _found = [];

    public IReadOnlyList<string> Found => _found;

    /// <summary>Assumption breaks injected so far: each may cost one extra object (I6).</summary>
    public int AssumptionsBroken { get; private set; }

    public void Add(string invariant, string what)
    {
        var text = $"{invariant} at {kernel.Now:c}: {what}";
        kernel.Log("CHECK", text);
        if (_found.Count < 20 && !_found.Contains(text))
        {
            _found.Add(text);
        }
    }

    public void BrokeAssumption(string id, string how)
    {
        kernel.Log("ASSUME", $"{id} broken: {how}");
        AssumptionsBroken++;
    }
}
