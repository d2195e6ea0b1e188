using Reconciler.Core.Execution;

namespace Reconciler.Operator.Control;

/// <summary>What one pass came to, kept for people to look at.</summary>
/// <param name="Number">Counts the passes of this process: tells one note from the next.</param>
/// <param name="At">When the pass had ended.</param>
internal sealed record PassNote(long Number, DateTimeOffset At, PassResult Result)
{
    /// <summary>Whether there is anything to show besides "in sync".</summary>
    public bool HasWork =>
        Result.Plan is { } plan && (plan.Actions.Length > 0 || plan.Held.Length > 0 || Result.Drifted.Length > 0);

    /// <summary>Bytes of module content that this note keeps alive.</summary>
    public long Weight => Result.Drifted.Sum(drifted => (long)drifted.Observed.Content.Data.Length)
        + (Result.Plan?.Actions.Sum(Weigh) ?? 0) + (Result.Plan?.Held.Sum(held => Weigh(held.Action)) ?? 0);

    private static long Weigh(Core.Planning.PlannedAction action) => action switch
    {
        Core.Planning.PlannedAction.Create create => create.Module.Content.Data.Length,
        Core.Planning.PlannedAction.Update update =>
            (long)update.Module.Content.Data.Length + update.Observed.Data.Length,
        _ => 0,
    };
}
