using System.Diagnostics.Metrics;

namespace Reconciler.Operator.Intake;

/// <summary>What the intake counts. Labels are few and fixed: nothing a caller sends becomes one.</summary>
internal sealed class IntakeMetrics : IDisposable
{
    private readonly Meter _meter = new("Reconciler.Intake");
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _fetches;

    public IntakeMetrics()
    {
        _deliveries = _meter.CreateCounter<long>(
            "reconciler_forge_deliveries_total", null, "Verified calls of Forge, by what became of the token.");
        _refusals = _meter.CreateCounter<long>(
            "reconciler_forge_refusals_total", null, "Calls that were not taken, by reason.");
        _fetches = _meter.CreateCounter<long>(
            "reconciler_forge_key_fetches_total", null, "Fetches of the keys that verify calls, by outcome.");
    }

    public void Delivered(string outcome) =>
        _deliveries.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Refused(string reason) => _refusals.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void KeysFetched(bool succeeded) =>
        _fetches.Add(1, new KeyValuePair<string, object?>("outcome", succeeded ? "fetched" : "failed"));

    public void Observe(DeliveredTokens tokens) => _meter.CreateObservableGauge(
        "reconciler_forge_tokens", () => tokens.Count, null, "Secrets that hold a delivered token.");

    public void Dispose() => _meter.Dispose();
}
