using Reconciler.Core.Modules;

namespace Reconciler.Core.Execution;

/// <summary>
/// The remote module set of one installation: the only port to the remote. Implementations pace themselves
/// (requestsPerSecond, Retry-After), bound every response, and never throw for anything the remote does; the only
/// exception that leaves them is <see cref="OperationCanceledException"/> of the caller's token, and for
/// <see cref="CreateAsync"/> not even that once the request may have reached the socket: then it is
/// <see cref="CreateOutcome.Unknown"/>.
/// </summary>
public interface IModuleRegistry
{
    /// <summary>Reads all pages.</summary>
    Task<ListOutcome> ListAsync(CancellationToken cancellationToken);

    Task<LookupOutcome> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>Sends at most one POST, ever. <paramref name="request"/>'s deadline is checked last before the
    /// socket.</summary>
    Task<CreateOutcome> CreateAsync(CreateRequest request, CancellationToken cancellationToken);

    Task<UpdateOutcome> UpdateAsync(string key, ModuleContent content, CancellationToken cancellationToken);

    /// <summary>
    /// An update on a remote without an update verb (<c>ReplacesOnUpdate</c>): delete and register under the same key.
    /// The module may be absent already, since an earlier replacement was cut in half. Elsewhere it is an update.
    /// </summary>
    /// <param name="former">Registered again if <paramref name="content"/> is refused.</param>
    /// <param name="maySend">Asked before each half, and last before the body of a register leaves, as for
    /// a create.</param>
    Task<UpdateOutcome> ReplaceAsync(
        string key, ModuleContent content, ModuleContent former, Func<bool> maySend,
        CancellationToken cancellationToken) =>
        UpdateAsync(key, content, cancellationToken);

    /// <summary>Null where each module takes a request of its own.</summary>
    IBatchRegistry? Batches => null;

    /// <param name="key">Never empty (I13): throws <see cref="ArgumentException"/> otherwise.</param>
    Task<DeleteOutcome> DeleteAsync(string key, CancellationToken cancellationToken);
}

/// <summary>One announced create.</summary>
/// <param name="AttemptId">Sent as the header <c>X-Reconciler-Attempt</c>; for evidence in tests and support
/// only.</param>
/// <param name="Key">Client-keyed APIs only, else null.</param>
/// <param name="MaySend">Asked once, last before the socket write: deadline, lease and epoch still hold (T4). False
/// gives <see cref="CreateOutcome.Refused"/> with <c>Sent = false</c>.</param>
public sealed record CreateRequest(string AttemptId, string? Key, ModuleContent Content, Func<bool> MaySend);
