using System.Collections;
using System.Collections.Immutable;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Status;

/// <summary>The conditions of one object: immutable, at most one of a type, equal by content and order.</summary>
public sealed class ConditionSet : IReadOnlyCollection<Condition>, IEquatable<ConditionSet>
{
    // The API server accepts 32768; what a person reads in a terminal is far less.
    private const int MessageLengthMax = 2048;

    private readonly ImmutableArray<Condition> _conditions;

    public ConditionSet(IEnumerable<Condition> conditions) => _conditions = [.. conditions];

    public static ConditionSet Empty { get; } = new([]);

    public int Count => _conditions.Length;

    public Condition? Ready => Find(ConditionTypes.Ready);

    public Condition? Find(string type) =>
        _conditions.FirstOrDefault(condition => string.Equals(condition.Type, type, StringComparison.Ordinal));

    /// <summary>
    /// The conditions of an object that stands at <paramref name="progress"/>. An unchanged input gives an equal set;
    /// a transition time moves only when its status does. Conditions of other types are kept.
    /// </summary>
    /// <remarks>
    /// <code>
    /// progress     Ready                    Reconciling   Stalled
    /// Ready        True                     –             –
    /// Reconciling  False                    True          –
    /// Stalled      False                    –             True
    /// Paused       as before, or Unknown    –             –
    /// </code>
    /// </remarks>
    public ConditionSet With(Progress progress, string reason, string message, long generation, DateTimeOffset now)
    {
        var ready = progress switch
        {
            Progress.Ready => ConditionStatus.True,
            Progress.Reconciling or Progress.Stalled => ConditionStatus.False,
            Progress.Paused => Ready?.Status ?? ConditionStatus.Unknown,
            _ => throw new ArgumentOutOfRangeException(nameof(progress), progress, null),
        };
        var next = ImmutableArray.CreateBuilder<Condition>(_conditions.Length + 1);
        next.Add(Make(ConditionTypes.Ready, ready));
        if (progress == Progress.Reconciling)
        {
            next.Add(Make(ConditionTypes.Reconciling, ConditionStatus.True));
        }

        if (progress == Progress.Stalled)
        {
            next.Add(Make(ConditionTypes.Stalled, ConditionStatus.True));
        }

        next.AddRange(_conditions.Where(condition => !IsOurs(condition.Type)));
        return new ConditionSet(next);

        Condition Make(string type, ConditionStatus status)
        {
            var before = Find(type);
            return new Condition(
                type, status, reason, Shorten(message), generation,
                before?.Status == status ? before.LastTransitionTime : WholeSecond(now));
        }
    }

    /// <summary>With the advice of the condition DataWarning, or without that condition where there is none. It keeps
    /// its place among the others, so that equal advice gives an equal set.</summary>
    public ConditionSet WithDataWarning(string? advice, long generation, DateTimeOffset now)
    {
        var before = Find(ConditionTypes.DataWarning);
        if (advice is null)
        {
            return before is null ? this : new ConditionSet(_conditions.Remove(before));
        }

        var next = new Condition(
            ConditionTypes.DataWarning, ConditionStatus.True, Reasons.NotAsDocumented, Shorten(advice), generation,
            before?.Status == ConditionStatus.True ? before.LastTransitionTime : WholeSecond(now));
        return new ConditionSet(before is null ? _conditions.Add(next) : _conditions.Replace(before, next));
    }

    /// <summary>Of the types that tell where an object stands.</summary>
    internal static bool IsOurs(string type) =>
        type is ConditionTypes.Ready or ConditionTypes.Reconciling or ConditionTypes.Stalled;

    public bool Equals(ConditionSet? other) => other is not null && _conditions.SequenceEqual(other._conditions);

    public override bool Equals(object? obj) => Equals(obj as ConditionSet);

    public override int GetHashCode() =>
        _conditions.Aggregate(_conditions.Length, (hash, condition) => HashCode.Combine(hash, condition));

    public IEnumerator<Condition> GetEnumerator() => _conditions.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>metav1.Time has whole seconds: a fraction would differ from itself after one round trip.</summary>
    private static DateTimeOffset WholeSecond(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private static string Shorten(string message)
    {
        if (message.Length <= MessageLengthMax)
        {
            return message;
        }

        var end = MessageLengthMax - 1;
        return string.Concat(message.AsSpan(0, char.IsHighSurrogate(message[end - 1]) ? end - 1 : end), "…");
    }
}
