using Reconciler.Core.Execution;
using Reconciler.Core.Planning;
using Reconciler.Operator.Rendering;

namespace Reconciler.Operator.Commands;

/// <summary>
/// Runs passes over one installation until it is settled, as the operator's queue would: waits when a pass asks for it,
/// backs off from faults, gives up when a person must act or the time is over.
/// </summary>
internal sealed class ApplyRun(ApplyView view, TimeProvider time, TimeSpan timeout)
{
    /// <summary>Passes in a row that a transient fault may spoil once something was written.</summary>
    private const int FaultsMax = 6;

    private static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(30);

    /// <returns>True when every module is in sync.</returns>
    /// <exception cref="Commands.CommandException">The ledger or the remote cannot be used.</exception>
    public async Task<bool> ConvergeAsync(LocalInstallation installation, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var faults = 0;
        var wrote = false;
        while (true)
        {
            var result = await installation.RunAsync(cancellationToken);
            view.Executed(result);
            wrote |= result.Executed.Length > 0;
            faults = result.Outcome is PassOutcome.Retry ? faults + 1 : 0;
            if (Next(result, faults, wrote) is not { } pause)
            {
                return Conclude(installation, result);
            }

            if (time.GetElapsedTime(began) + pause > timeout)
            {
                throw new CommandException(
                    $"Installation {installation.Key}: not settled within {timeout.TotalSeconds:0} s: "
                    + $"{result.Installation.Message.TrimEnd('.')}; run apply again, or with a longer --timeout");
            }

            view.Waiting(result, pause);
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>How long to wait for the next pass; null to stop.</summary>
    private static TimeSpan? Next(PassResult result, int faults, bool wrote) => result.Outcome switch
    {
        PassOutcome.Settled or PassOutcome.Stalled or PassOutcome.LedgerUnavailable => null,
        PassOutcome.Wait(var after) => Max(after, TimeSpan.FromMilliseconds(10)),
        PassOutcome.Retry(RemoteFault.Throttled, { } after) => Max(after, TimeSpan.FromSeconds(1)),
        PassOutcome.Retry(RemoteFault.Unavailable or RemoteFault.Malformed or RemoteFault.Throttled, var after)
            when wrote && faults <= FaultsMax => after ?? Backoff(faults),
        PassOutcome.Retry => null,
        _ => throw new ArgumentOutOfRangeException(nameof(result), result.Outcome, null),
    };

    private bool Conclude(LocalInstallation installation, PassResult result)
    {
        if (result.Outcome is PassOutcome.LedgerUnavailable or PassOutcome.Retry)
        {
            throw installation.Failure(result);
        }

        view.Concluded(installation.PlanOf(result), result);
        return result.Outcome is PassOutcome.Settled
            && !result.Verdicts.Any(verdict => !verdict.Released
                && verdict.Progress is Progress.Stalled or Progress.Reconciling);
    }

    private static TimeSpan Backoff(int faults) =>
        TimeSpan.FromSeconds(Math.Min(BackoffMax.TotalSeconds, Math.Pow(2, faults - 1)));

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
