using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Forge;

/// <summary>
/// Client-chosen keys: a refused create may mean that the key is taken, but no document names the status or the words
/// (reference.md §3, §7.3). So the key is looked up, and only a sight of it makes a conflict.
/// </summary>
internal static class KeyChecks
{
    public static async Task<CreateOutcome> ExplainAsync(
        CreateOutcome outcome, Func<Task<LookupOutcome>> lookUp)
    {
        if (outcome is not CreateOutcome.Refused { Fault: RemoteFault.Rejected or RemoteFault.QuotaExceeded } refused)
        {
            return outcome;
        }

        try
        {
            return await lookUp() is LookupOutcome.Found
                ? new CreateOutcome.Refused(new RemoteFault.KeyConflict(
                    refused.Fault.Message, refused.Fault.StatusCode, refused.Fault.TraceId))
                : refused;
        }
        catch (OperationCanceledException)
        {
            // The answer to the create is in hand and stands; only its explanation is missing.
            return refused;
        }
    }
}
