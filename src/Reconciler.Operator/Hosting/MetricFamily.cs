using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Reconciler.Operator.Hosting;

/// <summary>One metric name with all its label sets. Thread-safe.</summary>
internal sealed class MetricFamily(string name, string help, string type, bool perScrape)
{
    // controller-runtime's spread for reconcile times, in seconds; 300 for creates whose answer was lost, which wait
    // for W = 120 s and two lists.
    public static readonly double[] Bounds =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);

    public string Name => name;

    public static MetricFamily For(Instrument instrument)
    {
        var kind = instrument.GetType();
        var definition = kind.IsGenericType ? kind.GetGenericTypeDefinition() : kind;
        var type = definition == typeof(Histogram<>) ? "histogram"
            : definition == typeof(Counter<>) || definition == typeof(ObservableCounter<>) ? "counter"
            : "gauge";
        return new(instrument.Name, instrument.Description ?? "", type, instrument.IsObservable);
    }

    /// <summary>Drops what is reported afresh by each scrape.</summary>
    public void BeginScrape()
    {
        lock (_gate)
        {
            if (perScrape)
            {
                _series.Clear();
            }
        }
    }

    public void Record(double value, string labels)
    {
        lock (_gate)
        {
            if (!_series.TryGetValue(labels, out var series))
            {
                _series.Add(labels, series = new());
            }

            if (type == "histogram")
            {
                series.Observe(value);
            }
            else
            {
                series.Value = type == "counter" && !perScrape ? series.Value + value : value;
            }
        }
    }

    public void WriteTo(StringBuilder text)
    {
        lock (_gate)
        {
            if (_series.Count == 0)
            {
                return;
            }

            text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
            foreach (var (labels, series) in _series)
            {
                if (type == "histogram")
                {
                    WriteHistogram(text, labels, series);
                }
                else
                {
                    WriteLine(text, "", labels, series.Value);
                }
            }
        }
    }

    private void WriteHistogram(StringBuilder text, string labels, Series series)
    {
        var comma = labels.Length == 0 ? "" : ",";
        long total = 0;
        for (var i = 0; i < Bounds.Length; i++)
        {
            total += series.Buckets[i];
            WriteLine(text, "_bucket", $"{labels}{comma}le=\"{Number(Bounds[i])}\"", total);
        }

        WriteLine(text, "_bucket", $"{labels}{comma}le=\"+Inf\"", series.Count);
        WriteLine(text, "_sum", labels, series.Sum);
        WriteLine(text, "_count", labels, series.Count);
    }

    private void WriteLine(StringBuilder text, string suffix, string labels, double value)
    {
        text.Append(name).Append(suffix);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private sealed class Series
    {
        public readonly long[] Buckets = new long[Bounds.Length];

        public double Value { get; set; }
        public double Sum { get; private set; }
        public long Count { get; private set; }

        public void Observe(double value)
        {
            Count++;
            Sum += value;
            var bucket = Array.FindIndex(Bounds, bound => value <= bound);
            if (bucket >= 0)
            {
                Buckets[bucket]++;
            }
        }
    }
}
