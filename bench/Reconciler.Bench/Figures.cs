using System.Globalization;

namespace Reconciler.Bench;

/// <summary>Percentiles of measured values, as one line.</summary>
internal sealed class Figures(string name, string unit)
{
    private readonly List<double> _values = [];

    public void Add(double value) => _values.Add(value);

    public double Percentile(double percent)
    {
        var sorted = _values.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Count) - 1, 0, sorted.Count - 1)];
    }

    public void Print() => Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: n={_values.Count} min={_values.Min():F1} p50={Percentile(50):F1} p99={Percentile(99):F1} "
            + $"max={_values.Max():F1} {unit}"));
}
