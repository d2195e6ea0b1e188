using System.Text;
using System.Text.RegularExpressions;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Faults;

/// <summary>Decides, request after request, which rule fires. Same seed, same requests: same faults.</summary>
internal sealed class FaultSchedule(int seed)
{
    public static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(250);

    private readonly List<Armed> _rules = [];

    private int _added;

    public IEnumerable<(FaultRule Rule, int Matched, int Fired)> Rules =>
        _rules.Select(armed => (armed.Rule, armed.Matched, armed.Fired));

    public FaultRule Add(FaultRule rule)
    {
        _added++;
        FaultRule named = rule with { Id = rule.Id ?? $"f{_added}" };
        _rules.RemoveAll(armed => armed.Rule.Id == named.Id);
        _rules.Add(new Armed(named, new Random(HashCode(seed, _added))));
        return named;
    }

    public bool Remove(string id) => _rules.RemoveAll(armed => armed.Rule.Id == id) > 0;

    public void Clear() => _rules.Clear();

    public FaultRule? Next(WireRequest request, string? installation)
    {
        FaultRule? chosen = null;
        foreach (Armed armed in _rules)
        {
            // Every rule counts every request it matches, so that `nth` does not depend on its neighbours.
            if (armed.Meets(request, installation) && armed.Fires(chosen is null))
            {
                chosen = armed.Rule;
            }
        }

        return chosen;
    }

    // System.HashCode differs per process.
    private static int HashCode(int seed, int index) => unchecked((seed * 397) ^ (index * 7919));

    private sealed class Armed(FaultRule rule, Random random)
    {
        private readonly Regex? _path = Compile(rule.Path);

        private readonly Regex? _body = Compile(rule.BodyPattern);

        public FaultRule Rule { get; } = rule;

        public int Matched { get; private set; }

        public int Fired { get; private set; }

        public bool Meets(WireRequest request, string? installation)
        {
            string target = request.Query.Length == 0 ? request.Path : $"{request.Path}?{request.Query}";
            return (Rule.Verb is null || Rule.Verb.Equals(request.Verb, StringComparison.OrdinalIgnoreCase))
                && (Rule.Installation is null || Rule.Installation == installation)
                && (_path is null || _path.IsMatch(target))
                && (_body is null || _body.IsMatch(Encoding.UTF8.GetString(request.Body.Span)));
        }

        public bool Fires(bool free)
        {
            Matched++;
            bool due = Matched >= Rule.Nth && (Rule.Count is null || Fired < Rule.Count);
            bool hit = due && (Rule.Probability >= 1 || random.NextDouble() < Rule.Probability);
            if (!hit || !free)
            {
                return false;
            }

            Fired++;
            return true;
        }

        private static Regex? Compile(string? pattern) =>
            pattern is null ? null : new Regex(pattern, RegexOptions.CultureInvariant, PatternTimeout);
    }
}
