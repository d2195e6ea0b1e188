namespace Reconciler.Simulation.Kernel;

/// <summary>
/// One operating-system process: everything it awaits comes back through here. Crashing it drops every continuation it
/// will ever get, at whatever await it stands, and so does its own exit; freezing it keeps them until the thaw. Its
/// requests on the wire and its effects on the servers live on, as they do in reality.
/// </summary>
internal sealed class SimProcess(SimKernel kernel, string name) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _frozen = [];

    public string Name { get; } = name;

    public SimKernel Kernel { get; } = kernel;

    public bool Dead { get; private set; }

    public bool Frozen { get; private set; }

    /// <summary>How often it was frozen.</summary>
    public int Freezes { get; private set; }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!Dead)
        {
            Kernel.Ready(this, d, state);
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    public override SynchronizationContext CreateCopy() => this;

    public void Crash() => End("crash");

    /// <summary>It has ended by itself.</summary>
    public void Exit() => End("exit");

    public void Freeze()
    {
        Kernel.Log(Name, "freeze");
        Frozen = true;
        Freezes++;
    }

    public void Thaw()
    {
        Kernel.Log(Name, "thaw");
        Frozen = false;
        foreach (var (callback, state) in _frozen)
        {
            Post(callback, state);
        }

        _frozen.Clear();
    }

    /// <summary>Runs <paramref name="action"/> as this process.</summary>
    public void Start(Func<Task> action, Action<Exception> onFailure) =>
        Post(
            _ =>
            {
                var task = action();
                task.GetAwaiter().OnCompleted(() =>
                {
                    if (task.Exception is { } failure)
                    {
                        onFailure(failure.GetBaseException());
                    }
                });
            },
            null);

    public void Run(SendOrPostCallback callback, object? state)
    {
        if (Dead)
        {
            return;
        }

        if (Frozen)
        {
            _frozen.Add((callback, state));
            return;
        }

        var previous = Current;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }

    private void End(string how)
    {
        Kernel.Log(Name, how);
        Dead = true;
        _frozen.Clear();
    }
}
