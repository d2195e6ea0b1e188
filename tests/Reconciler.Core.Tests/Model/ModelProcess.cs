using System.Collections.Immutable;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Tests.Doubles;

namespace Reconciler.Core.Tests.Model;

/// <summary>
/// One operator process running the production pass. Every port call stops until the explorer lets it take effect, so
/// an interleaving is a sequence of choices. What the process knows is a function of what it was answered and when,
/// which <see cref="History"/> sums up for the state hash.
/// </summary>
internal sealed class ModelProcess : IModuleRegistry, ILedgerStore
{
    private readonly ModelWorld _world;
    private readonly PassMemory _memory;
    private int _attempts;
    private Action? _pending;

    public ModelProcess(ModelWorld world, string name)
    {
        _world = world;
        _memory = new PassMemory(world.Clock);
        Name = name;
        History = name;
    }

    public string Name { get; }
    public FakeFence Fence { get; } = new();
    public string History { get; private set; }
    public bool Dead { get; private set; }
    public Task<PassResult>? Pass { get; private set; }

    public PassOutcome? LastOutcome { get; private set; }

    public bool IsIdle => Pass is null;

    /// <summary>A call waits for its effect (a POST under way does not: it is the remote's move).</summary>
    public bool CanStep => _pending is not null;

    public void StartPass(ImmutableArray<DesiredModule> desired)
    {
        Remember("pass", string.Join(',', desired.Select(module => $"{module.Owner.Name}{module.Deleting}")));
        var pass = new InstallationPass(
            this, this, _memory, Fence, _world.Setup.Options, _world.Clock, () => $"{Name}-{++_attempts}");
        Pass = pass.RunAsync(new PassInput(_world.Installation, desired, "cluster", Name), default);
        _world.Observe(this);
    }

    public void Step()
    {
        var effect = _pending!;
        _pending = null;
        effect();
        _world.Observe(this);
    }

    /// <summary>The process is gone; what it sent may still arrive.</summary>
    public void Die()
    {
        Dead = true;
        _pending = null;
        foreach (var flight in _world.Remote.Flights.Where(flight => IsMine(flight)))
        {
            flight.Forget();
        }
    }

    public PassResult? TakeResult()
    {
        if (Pass is not { IsCompleted: true } done)
        {
            return null;
        }

        Pass = null;
        LastOutcome = done.GetAwaiter().GetResult().Outcome;
        return done.GetAwaiter().GetResult();
    }

    public Task<ListOutcome> ListAsync(CancellationToken cancellationToken) => Call("list", () =>
        (ListOutcome)new ListOutcome.Complete(
            [.. _world.Remote.Modules.Select(pair => new ObservedModule(pair.Key, pair.Value.Content))]));

    public Task<LookupOutcome> GetAsync(string key, CancellationToken cancellationToken) => Call($"get {key}", () =>
        _world.Remote.Modules.TryGetValue(key, out var module)
            ? (LookupOutcome)new LookupOutcome.Found(new ObservedModule(key, module.Content))
            : new LookupOutcome.Absent());

    public Task<CreateOutcome> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        var source = new TaskCompletionSource<CreateOutcome>();
        _pending = () =>
        {
            if (!request.MaySend())
            {
                Answer(new CreateOutcome.Refused(new RemoteFault.Unavailable("not sent"), Sent: false));
                return;
            }

            _world.Send(new Flight(request.AttemptId, request.Content, _world.Clock.Elapsed, Answer));
        };
        return source.Task;

        void Answer(CreateOutcome outcome)
        {
            Remember(request.AttemptId, outcome.GetType().Name + (outcome as CreateOutcome.Created)?.Key);
            source.SetResult(outcome);
        }
    }

    public Task<UpdateOutcome> UpdateAsync(string key, ModuleContent content, CancellationToken cancellationToken) =>
        throw new ModelViolation($"{Name} updates {key}, which nobody changed");

    public Task<DeleteOutcome> DeleteAsync(string key, CancellationToken cancellationToken) =>
        Call($"delete {key}", () =>
            _world.Delete(key) ? (DeleteOutcome)new DeleteOutcome.Deleted() : new DeleteOutcome.Absent());

    public Task<LedgerReadOutcome> ReadAsync(InstallationKey installation, CancellationToken cancellationToken) =>
        Call("read", _world.Ledger.Read);

    public Task<LedgerWriteOutcome> WriteAsync(Ledger next, string? version, CancellationToken cancellationToken) =>
        Call("write", () => _world.Ledger.Write(next, version));

    private Task<T> Call<T>(string name, Func<T> effect)
    {
        var source = new TaskCompletionSource<T>();
        _pending = () =>
        {
            var result = effect();
            Remember(name, Describe(result));
            source.SetResult(result);
        };
        return source.Task;
    }

    private static string Describe<T>(T result) => result switch
    {
        ListOutcome.Complete list => string.Join(',', list.Modules.Select(module => module.Key)),
        LedgerReadOutcome.Found found => found.Version,
        LedgerWriteOutcome.Written written => written.Version,
        _ => result!.GetType().Name,
    };

    private bool IsMine(Flight flight) => flight.AttemptId.StartsWith($"{Name}-", StringComparison.Ordinal);

    private void Remember(string call, string answer) =>
        History = ModelWorld.Hash($"{History}|{_world.Clock.Elapsed.TotalSeconds}|{call}|{answer}");
}
