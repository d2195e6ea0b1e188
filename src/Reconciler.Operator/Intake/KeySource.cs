using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Reconciler.Operator.Intake;

/// <summary>
/// Which keys verify a token: the configured ones, or for an isolated cloud those at the operator's template. The label
/// comes from a token that nobody has verified yet, so it is checked before any address is made of it, and unknown
/// labels cost a bounded number of fetches (reference.md §6.3).
/// </summary>
internal sealed partial class KeySource(
    IntakeOptions options, KeyFetcher fetcher, TimeProvider time, ILogger log)
{
    public const string LabelPlaceholder = "{icLabel}";

    private const int LabelsMax = 16;

    private readonly KeyCache _main = new(options.KeysAddress, fetcher, new(time), time, log);
    private readonly FetchBudget _isolatedBudget = new(time);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, KeyCache> _isolated = new(StringComparer.Ordinal);

    public bool HasKeys => _main.HasKeys;

    /// <summary>Null when calls of this isolated cloud are not taken.</summary>
    /// <param name="isolatedCloudLabel">The claim <c>icLabel</c>; null when the token has none.</param>
    public KeyCache? For(string? isolatedCloudLabel)
    {
        if (isolatedCloudLabel is null)
        {
            return _main;
        }

        if (options.IsolatedKeysTemplate is not { } template || !Label().IsMatch(isolatedCloudLabel))
        {
            return null;
        }

        lock (_gate)
        {
            if (_isolated.TryGetValue(isolatedCloudLabel, out var known))
            {
                return known;
            }

            if (_isolated.Count >= LabelsMax)
            {
                ForgetUseless_Locked();
            }

            var address = new Uri(
                template.Replace(LabelPlaceholder, isolatedCloudLabel, StringComparison.Ordinal), UriKind.Absolute);
            var cache = new KeyCache(address, fetcher, _isolatedBudget, time, log);
            if (_isolated.Count < LabelsMax)
            {
                _isolated.Add(isolatedCloudLabel, cache);
            }

            return cache;
        }
    }

    private void ForgetUseless_Locked()
    {
        foreach (var useless in _isolated.Where(entry => !entry.Value.HasKeys).Select(entry => entry.Key).ToList())
        {
            _isolated.Remove(useless);
        }
    }

    [GeneratedRegex(@"\A[a-z0-9_-]{1,50}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();
}
