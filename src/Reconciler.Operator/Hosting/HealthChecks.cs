using System.Collections.Immutable;
using System.Text;

namespace Reconciler.Operator.Hosting;

/// <summary>
/// Liveness means progress, not an open port (O1): each check names one loop and returns null while it moves, else
/// one sentence. An unreachable API server is not a reason to be restarted; a loop that stands still is.
/// </summary>
internal sealed class HealthChecks
{
    private ImmutableArray<(string Name, Func<string?> Check)> _live = [];
    private ImmutableArray<(string Name, Func<string?> Check)> _ready = [];

    public void AddLiveness(string name, Func<string?> check) => _live = _live.Add((name, check));

    public void AddReadiness(string name, Func<string?> check) => _ready = _ready.Add((name, check));

    public HealthReport Liveness() => Report(_live);

    public HealthReport Readiness() => Report(_ready);

    private static HealthReport Report(ImmutableArray<(string Name, Func<string?> Check)> checks)
    {
        var text = new StringBuilder();
        var healthy = true;
        foreach (var (name, check) in checks)
        {
            var problem = check();
            healthy &= problem is null;
            text.Append(problem is null ? "[+] " : "[-] ").Append(name).Append(problem is null ? " ok" : ": ")
                .Append(problem).Append('\n');
        }

        return new(healthy, text.Append(healthy ? "ok" : "failed").Append('\n').ToString());
    }
}

/// <summary>What a probe answers.</summary>
internal sealed record HealthReport(bool IsHealthy, string Text);
