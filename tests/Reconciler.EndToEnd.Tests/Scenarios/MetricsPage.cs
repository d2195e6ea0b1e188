using System.Globalization;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>What /metrics of an operator said.</summary>
internal sealed record MetricsPage(string Text)
{
    /// <summary>The sum of a family's samples, of those whose labels contain a text if one is given.</summary>
    public double Sum(string family, string label = "") => Text.Split('\n')
        .Where(line => line.StartsWith(family, StringComparison.Ordinal) && line.Length > family.Length
            && line[family.Length] is '{' or ' ' && line.Contains(label, StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
}
