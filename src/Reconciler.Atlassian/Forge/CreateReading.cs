using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Forge;

/// <summary>What the answers to a create mean in one API.</summary>
/// <param name="Successes">The documented status of a success; another 2xx proves nothing.</param>
/// <param name="Refusal">The fault of any other status.</param>
/// <param name="Created">Null when the body is no proof of a key.</param>
internal sealed record CreateReading(
    int[] Successes, Func<RemoteReply, RemoteFault> Refusal, Func<RemoteReply, CreateOutcome.Created?> Created);
