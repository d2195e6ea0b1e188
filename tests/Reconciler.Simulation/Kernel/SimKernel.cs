using System.Globalization;
using System.Text;

namespace Reconciler.Simulation.Kernel;

/// <summary>
/// The world's clock and dice: one thread, virtual time, one seed. Events happen at their instant in the order they
/// were planned; ready continuations of the processes run in an order drawn from the seed. Same seed, same log (M6).
/// </summary>
internal sealed class SimKernel(ulong seed)
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly List<(SimProcess Process, SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly StringBuilder _log = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _order;

    public ulong Seed { get; } = seed;

    public SimRandom Random { get; } = new(seed);

    public TimeSpan Now { get; private set; }

    public long Steps { get; private set; }

    /// <summary>Set when a continuation arrived from another thread: the seed would not replay.</summary>
    public string? Escape { get; private set; }

    /// <summary>Called after every step; checkers hang here.</summary>
    public Action? AfterStep { get; set; }

    /// <summary>Keep the log as text, to be read; its digest is kept always.</summary>
    public static bool KeepLog { get; set; }

    public string LogText => _log.ToString();

    /// <summary>FNV-1a over the log.</summary>
    public ulong Digest { get; private set; } = 14695981039346656037;

    public void Log(string who, string what)
    {
        Mix(who);
        Mix(what);
        Digest = (Digest ^ (ulong)Now.Ticks) * 1099511628211;
        if (KeepLog)
        {
            _log.Append(CultureInfo.InvariantCulture, $"{Now.TotalMilliseconds,12:F3} {who,-8} {what}\n");
        }
    }

    public void After(TimeSpan delay, Action action) => _events.Enqueue(action, (Now + delay, _order++));

    /// <summary>After <paramref name="min"/>…<paramref name="max"/>, drawn.</summary>
    public void Between(TimeSpan min, TimeSpan max, Action action) => After(Random.Between(min, max), action);

    public void Ready(SimProcess process, SendOrPostCallback callback, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            Escape ??= $"a continuation of {process.Name} came from another thread: {Environment.StackTrace}";
        }

        lock (_ready)
        {
            _ready.Add((process, callback, state));
        }
    }

    /// <summary>Runs one continuation, or else the next event. False when nothing is left.</summary>
    public bool Step()
    {
        Steps++;
        if (!RunReady() && !RunEvent())
        {
            return false;
        }

        AfterStep?.Invoke();
        return true;
    }

    /// <summary>Steps until <paramref name="until"/> or virtual <paramref name="limit"/>.</summary>
    public void Run(TimeSpan limit, Func<bool> until)
    {
        while (Now < limit && Escape is null && !until())
        {
            if (!Step())
            {
                return;
            }
        }
    }

    private void Mix(string text)
    {
        foreach (var character in text)
        {
            Digest = (Digest ^ character) * 1099511628211;
        }
    }

    private bool RunReady()
    {
        if (_ready.Count == 0)
        {
            return false;
        }

        var index = Random.Next(_ready.Count);
        var (process, callback, state) = _ready[index];
        _ready.RemoveAt(index);
        process.Run(callback, state);
        return true;
    }

    private bool RunEvent()
    {
        if (!_events.TryDequeue(out var action, out var due))
        {
            return false;
        }

        Now = due.At > Now ? due.At : Now;
        action();
        return true;
    }
}
