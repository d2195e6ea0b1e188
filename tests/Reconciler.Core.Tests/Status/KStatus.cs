using Reconciler.Core.Status;

namespace Reconciler.Core.Tests.Status;

internal enum KStatusResult { InProgress, Failed, Current }

/// <summary>What `kubectl`-side tools conclude from a status: the rules of kstatus (cli-utils, pkg/kstatus, generic
/// conditions), written from their documentation.</summary>
internal static class KStatus
{
    public static KStatusResult Compute(long generation, long observedGeneration, IEnumerable<Condition> conditions)
    {
        if (observedGeneration != generation)
        {
            return KStatusResult.InProgress;
        }

        var set = conditions.ToDictionary(condition => condition.Type, StringComparer.Ordinal);
        Assert.All(set.Values, Conventional);
        if (Is(set, ConditionTypes.Reconciling))
        {
            return KStatusResult.InProgress;
        }

        if (Is(set, ConditionTypes.Stalled))
        {
            return KStatusResult.Failed;
        }

        return !set.TryGetValue(ConditionTypes.Ready, out var ready) || ready.Status == ConditionStatus.True
            ? KStatusResult.Current
            : KStatusResult.InProgress;
    }

    private static bool Is(Dictionary<string, Condition> set, string type) =>
        set.TryGetValue(type, out var condition) && condition.Status == ConditionStatus.True;

    private static void Conventional(Condition condition)
    {
        if (condition.Type is ConditionTypes.Reconciling or ConditionTypes.Stalled)
        {
            Assert.Equal(ConditionStatus.True, condition.Status);
        }

        Assert.Matches("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$", condition.Reason);
        Assert.True(condition.Message.Length <= 32768);
        Assert.Equal(0, condition.LastTransitionTime.Ticks % TimeSpan.TicksPerSecond);
    }
}
