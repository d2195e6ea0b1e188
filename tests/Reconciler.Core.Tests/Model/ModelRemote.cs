using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Tests.Model;

/// <summary>A POST between the socket and its effect.</summary>
internal sealed class Flight(string attemptId, ModuleContent content, TimeSpan sentAt, Action<CreateOutcome> answer)
{
    private Action<CreateOutcome>? _answer = answer;

    public string AttemptId { get; } = attemptId;
    public ModuleContent Content { get; } = content;
    public TimeSpan SentAt { get; } = sentAt;

    /// <summary>Somebody still waits for the answer.</summary>
    public bool IsAwaited => _answer is not null;

    public void Answer(CreateOutcome outcome)
    {
        var listener = _answer;
        _answer = null;
        listener?.Invoke(outcome);
    }

    /// <summary>The sender died.</summary>
    public void Forget() => _answer = null;
}

/// <summary>The remote modules with who made them, and the POSTs under way. The server commits a POST at most once, at
/// any moment until <see cref="CommitsWithin"/> after it was sent (A2).</summary>
internal sealed class ModelRemote
{
    public const string Foreign = "foreign";
    public const int Quota = 3;

    /// <summary>D_send has passed before; what is left is T_http + T_srv.</summary>
    public static readonly TimeSpan CommitsWithin = TimeSpan.FromSeconds(75);

    private int _nextKey = 1;

    public SortedDictionary<string, (ModuleContent Content, string Maker)> Modules { get; } =
        new(StringComparer.Ordinal);
    public List<Flight> Flights { get; } = [];

    public void AddForeign(ModuleContent content) => Modules[NewKey()] = (content, Foreign);

    public int CountOurs(ModuleContent content) =>
        Modules.Values.Count(module => module.Maker != Foreign && module.Content.Equals(content));

    public bool IsForeign(string key) => Modules.TryGetValue(key, out var module) && module.Maker == Foreign;

    /// <summary>The POST takes effect, and is answered if anybody still listens.</summary>
    public void Commit(Flight flight)
    {
        Flights.Remove(flight);
        if (Modules.Count >= Quota)
        {
            flight.Answer(new CreateOutcome.Refused(new RemoteFault.QuotaExceeded("full", 422)));
            return;
        }

        var key = NewKey();
        Modules[key] = (flight.Content, flight.AttemptId);
        flight.Answer(new CreateOutcome.Created(key, flight.Content));
    }

    /// <summary>The POST never takes effect.</summary>
    public void Lose(Flight flight)
    {
        Flights.Remove(flight);
        HangUp(flight);
    }

    /// <summary>The sender gives up waiting; the POST may still take effect.</summary>
    public static void HangUp(Flight flight) =>
        flight.Answer(new CreateOutcome.Unknown(new RemoteFault.Unavailable("timeout")));

    private string NewKey() => $"k{_nextKey++}";
}
