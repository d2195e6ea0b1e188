using System.Collections.Immutable;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Tests.Doubles;

/// <summary>What happens to one POST.</summary>
public enum CreateFate { Answered, LostAfterCommit, LostBeforeCommit, CommittedLate, NotSent }

/// <summary>
/// The remote in memory, faithful to the port's contract: keys made by the server (or chosen by the client), a quota,
/// defaults, list lag, lost answers and late commits. Two real implementations live in Reconciler.Atlassian and are
/// tested over HTTP; this one is for the order of things.
/// </summary>
public sealed class FakeRemote(Tripwire tripwire) : IModuleRegistry, IBatchRegistry
{
    private readonly List<ModuleContent> _late = [];
    private int _nextKey = 1;

    public SortedDictionary<string, ModuleContent> Modules { get; } = new(StringComparer.Ordinal);

    /// <summary>Every call, in order: "LIST", "POST attempt", "PUT key", …</summary>
    public List<string> Calls { get; } = [];

    public HashSet<string> Unlisted { get; } = new(StringComparer.Ordinal);
    public Queue<CreateFate> CreateFates { get; } = new();
    public Func<ModuleContent, ModuleContent> Defaults { get; set; } = content => content;
    public bool Echoes { get; set; } = true;

    /// <summary>Several modules in one POST, all or none, as Connect.</summary>
    public bool TakesBatches { get; set; }

    public IBatchRegistry? Batches => TakesBatches ? this : null;

    /// <summary>Refuses content for good.</summary>
    public Func<ModuleContent, bool> Accepts { get; set; } = _ => true;

    public int Quota { get; set; } = 100;

    /// <summary>Fails matching calls before they have any effect.</summary>
    public Func<string, RemoteFault?> FaultFor { get; set; } = _ => null;

    /// <summary>Runs before each call takes effect: somebody else acting at that moment.</summary>
    public Action<string> Before { get; set; } = _ => { };

    public IEnumerable<string> Writes => Calls.Where(call => call[0] is 'P' or 'D');

    public string Put(ModuleContent content, string? key = null)
    {
        key ??= $"key-{_nextKey++:000}";
        Modules[key] = content;
        return key;
    }

    public void CommitLate()
    {
        foreach (var content in _late)
        {
            Put(Defaults(content));
        }

        _late.Clear();
    }

    public Task<ListOutcome> ListAsync(CancellationToken cancellationToken)
    {
        if (Enter("LIST") is { } fault)
        {
            return Task.FromResult<ListOutcome>(new ListOutcome.Failed(fault));
        }

        var listed = Modules.Where(pair => !Unlisted.Contains(pair.Key));
        var outcome = new ListOutcome.Complete([.. listed.Select(pair => new ObservedModule(pair.Key, pair.Value))]);
        return Leave<ListOutcome>(outcome);
    }

    public Task<LookupOutcome> GetAsync(string key, CancellationToken cancellationToken)
    {
        if (Enter($"GET {key}") is { } fault)
        {
            return Task.FromResult<LookupOutcome>(new LookupOutcome.Failed(fault));
        }

        return Leave<LookupOutcome>(Modules.TryGetValue(key, out var content)
            ? new LookupOutcome.Found(new ObservedModule(key, content))
            : new LookupOutcome.Absent());
    }

    public Task<CreateOutcome> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        if (!request.MaySend())
        {
            return Leave<CreateOutcome>(
                new CreateOutcome.Refused(new RemoteFault.Unavailable("not sent"), Sent: false));
        }

        if (Enter($"POST {request.AttemptId}") is { } fault)
        {
            return Task.FromResult<CreateOutcome>(new CreateOutcome.Refused(fault));
        }

        return Leave(Create(request));
    }

    public Task<UpdateOutcome> UpdateAsync(string key, ModuleContent content, CancellationToken cancellationToken)
    {
        if (Enter($"PUT {key}") is { } fault)
        {
            return Task.FromResult<UpdateOutcome>(new UpdateOutcome.Failed(fault));
        }

        if (!Modules.ContainsKey(key))
        {
            return Leave<UpdateOutcome>(new UpdateOutcome.Absent());
        }

        Modules[key] = Defaults(content);
        return Leave<UpdateOutcome>(new UpdateOutcome.Updated(Echoes ? Modules[key] : null));
    }

    /// <summary>How a replacement is refused.</summary>
    public RemoteFault Refusal { get; set; } = new RemoteFault.Rejected("refused", 400);

    /// <summary>Delete, register, and the former again if that is refused;
    /// the process may die between any two.</summary>
    public Task<UpdateOutcome> ReplaceAsync(
        string key, ModuleContent content, ModuleContent former, Func<bool> maySend,
        CancellationToken cancellationToken)
    {
        if (Enter($"PUT {key}") is { } fault)
        {
            return Task.FromResult<UpdateOutcome>(new UpdateOutcome.Failed(fault));
        }

        Modules.Remove(key);
        tripwire.Step();
        if (Accepts(content))
        {
            Modules[key] = Defaults(content);
            return Leave<UpdateOutcome>(new UpdateOutcome.Updated(null));
        }

        tripwire.Step();
        if (Accepts(former))
        {
            Modules[key] = Defaults(former);
        }

        return Leave<UpdateOutcome>(new UpdateOutcome.Failed(
            Refusal, Restored: Accepts(former)));
    }

    public Task<BatchOutcome> CreateAllAsync(
        ImmutableArray<CreateRequest> requests, CancellationToken cancellationToken)
    {
        if (!requests.All(request => request.MaySend()))
        {
            return Leave<BatchOutcome>(new BatchOutcome.Refused(new RemoteFault.Unavailable("not sent"), Sent: false));
        }

        if (Enter($"POST {string.Join(',', requests.Select(request => request.Key))}") is { } fault)
        {
            return Task.FromResult<BatchOutcome>(new BatchOutcome.Refused(fault));
        }

        return Leave(CreateAll(requests));
    }

    public Task<DeleteOutcome> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (Enter($"DELETE {key}") is { } fault)
        {
            return Task.FromResult<DeleteOutcome>(new DeleteOutcome.Failed(fault));
        }

        return Leave<DeleteOutcome>(Modules.Remove(key) ? new DeleteOutcome.Deleted() : new DeleteOutcome.Absent());
    }

    private BatchOutcome CreateAll(ImmutableArray<CreateRequest> requests)
    {
        var fate = CreateFates.TryDequeue(out var next) ? next : CreateFate.Answered;
        if (fate == CreateFate.LostBeforeCommit)
        {
            return new BatchOutcome.Unknown(new RemoteFault.Unavailable("the response was lost"));
        }

        if (requests.Any(request => Modules.ContainsKey(request.Key!)))
        {
            return new BatchOutcome.Refused(new RemoteFault.KeyConflict("duplicate module keys", 400));
        }

        if (!requests.All(request => Accepts(request.Content)))
        {
            return new BatchOutcome.Refused(new RemoteFault.Rejected("one of them is invalid", 400));
        }

        foreach (var request in requests)
        {
            Put(Defaults(request.Content), request.Key);
        }

        return fate == CreateFate.LostAfterCommit
            ? new BatchOutcome.Unknown(new RemoteFault.Unavailable("the response was lost"))
            : new BatchOutcome.Created();
    }

    private CreateOutcome Create(CreateRequest request)
    {
        var fate = CreateFates.TryDequeue(out var next) ? next : CreateFate.Answered;
        var lost = new RemoteFault.Unavailable("the response was lost");
        switch (fate)
        {
            case CreateFate.NotSent:
                return new CreateOutcome.Refused(new RemoteFault.Unavailable("connection refused"), Sent: false);
            case CreateFate.LostBeforeCommit:
                return new CreateOutcome.Unknown(lost);
            case CreateFate.CommittedLate:
                _late.Add(request.Content);
                return new CreateOutcome.Unknown(lost);
        }

        if (!Accepts(request.Content))
        {
            return new CreateOutcome.Refused(new RemoteFault.Rejected("refused", 400));
        }

        if (Modules.Count >= Quota)
        {
            return new CreateOutcome.Refused(new RemoteFault.QuotaExceeded("too many modules", 422));
        }

        if (request.Key is { } taken && Modules.ContainsKey(taken))
        {
            return new CreateOutcome.Refused(new RemoteFault.KeyConflict("the key exists", 409));
        }

        var key = Put(Defaults(request.Content), request.Key);
        return fate == CreateFate.LostAfterCommit
            ? new CreateOutcome.Unknown(lost)
            : new CreateOutcome.Created(key, Echoes ? Modules[key] : null);
    }

    private RemoteFault? Enter(string call)
    {
        tripwire.Step();
        Before(call);
        Calls.Add(call);
        return FaultFor(call);
    }

    private Task<T> Leave<T>(T outcome)
    {
        tripwire.Step();
        return Task.FromResult(outcome);
    }
}
