using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Tests.Doubles;
using Reconciler.TestKit;

namespace Reconciler.Core.Tests.Model;

/// <summary>
/// One state of the small world: two twins and a distinct module desired, a quota of three, processes that come and go.
/// Its choices are everything that can happen next.
/// </summary>
internal sealed class ModelWorld
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(31);

    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(151);

    private static readonly ModuleContent Twin = World.Content("{\"twin\":1}");
    private static readonly ModuleContent Distinct = World.Content("{\"distinct\":1}");

    private readonly List<ModelProcess> _processes = [];
    private readonly List<DesiredModule> _desired =
    [
        World.Module("a", "{\"twin\":1}") with { AllowDuplicate = true },
        World.Module("b", "{\"twin\":1}") with { AllowDuplicate = true },
        World.Module("c", "{\"distinct\":1}"),
    ];

    private readonly HashSet<string> _sent = new(StringComparer.Ordinal);
    private int _started;
    private int _passes;
    private int _crashes;
    private int _failovers;
    private int _ticks;
    private int _waits;
    private bool _deleted;
    private bool _intruded;

    public ModelWorld(ModelSetup setup)
    {
        Setup = setup;
        Ledger = new ModelLedger(Remote);
        if (setup.ForeignTwin)
        {
            Remote.AddForeign(Twin);
        }

        Start();
    }

    public ModelSetup Setup { get; }
    public ManualTimeProvider Clock { get; } = new();
    public ModelRemote Remote { get; } = new();
    public ModelLedger Ledger { get; }
    public Installation Installation { get; } =
        new(new InstallationKey("team-a", "acme")) { Quota = ModelRemote.Quota };

    private ModelProcess? Leader => _processes.LastOrDefault(process => process is { Dead: false, Fence.Holds: true });

    /// <summary>Everything that can happen next, in a fixed order.</summary>
    public IReadOnlyList<string> Choices()
    {
        var choices = new List<string>();
        foreach (var process in _processes.Where(process => !process.Dead))
        {
            if (process.CanStep || (process.IsIdle && process == Leader && _passes < Setup.Passes))
            {
                choices.Add($"step {process.Name}");
            }

            if (!process.IsIdle && _crashes < Setup.Crashes)
            {
                choices.Add($"crash {process.Name}");
            }
        }

        foreach (var flight in Remote.Flights)
        {
            choices.Add($"commit {flight.AttemptId}");
            choices.Add($"lose {flight.AttemptId}");
            if (flight.IsAwaited)
            {
                choices.Add($"hangup {flight.AttemptId}");
            }
        }

        AddRare(choices);
        return choices;
    }

    public void Take(string choice)
    {
        var (verb, name) = (choice.Split(' ')[0], choice.Split(' ').Last());
        switch (verb)
        {
            case "step":
                StepProcess(_processes.Single(process => process.Name == name));
                break;
            case "crash":
                _crashes++;
                _processes.Single(process => process.Name == name).Die();
                break;
            case "start":
                Start();
                break;
            case "failover":
                _failovers++;
                Leader!.Fence.Expire();
                Start();
                break;
            case "tick":
                _ticks++;
                Clock.Advance(Tick);
                break;
            case "wait":
                _waits++;
                Clock.Advance(LongWait);
                break;
            case "delete":
                _deleted = true;
                Replace("c", module => module with { Deleting = true });
                break;
            case "intrude":
                _intruded = true;
                Remote.AddForeign(World.Content("{\"other\":1}", "jira:issuePanel"));
                break;
            default:
                Settle(verb, Remote.Flights.Single(flight => flight.AttemptId == name));
                break;
        }
    }

    /// <summary>I2: announced before, and never twice.</summary>
    public void Send(Flight flight)
    {
        if (!Ledger.Announced.Contains(flight.AttemptId) || !_sent.Add(flight.AttemptId))
        {
            throw new ModelViolation($"I2: {flight.AttemptId} was sent without an announcement of its own");
        }

        Remote.Flights.Add(flight);
    }

    public bool Delete(string key) =>
        Remote.IsForeign(key)
            ? throw new ModelViolation($"I4: foreign module {key} was deleted")
            : Remote.Modules.Remove(key);

    /// <summary>What a process concluded becomes true in the cluster: a released resource disappears.</summary>
    public void Observe(ModelProcess process)
    {
        if (process.TakeResult() is { } result)
        {
            var released = result.Verdicts.Where(verdict => verdict.Released).Select(verdict => verdict.Owner.Uid);
            _desired.RemoveAll(module => released.Contains(module.Owner.Uid));
        }
    }

    /// <summary>I6: never more of our modules than resources that want them.</summary>
    public void CheckDuplicates()
    {
        if (Remote.CountOurs(Twin) > 2 || Remote.CountOurs(Distinct) > 1)
        {
            throw new ModelViolation("I6: a module was registered twice");
        }
    }

    public string Fingerprint()
    {
        var text = new StringBuilder();
        text.AppendJoin(' ', _started, _passes, _crashes, _failovers, _ticks, _waits, _deleted, _intruded).Append('\n');
        text.AppendJoin(',', _desired.Select(module => module.Owner.Name + module.Deleting)).Append('\n');
        text.AppendJoin(',', Remote.Modules.Select(pair => $"{pair.Key}={pair.Value.Maker}")).Append('\n');
        text.AppendJoin(',', Remote.Flights.Select(flight => $"{flight.AttemptId} {flight.IsAwaited} {flight.SentAt}"));
        text.AppendJoin(',', _processes.Where(process => !process.Dead).Select(process =>
            $"\n{process.History} {process.CanStep} {process.Fence.Holds}"));
        if (Ledger.Stored is { } stored)
        {
            text.Append(Encoding.UTF8.GetString(LedgerJson.Write(stored with { Journal = [] })));
        }

        return Hash(text.ToString());
    }

    /// <summary>Faults stop, everything under way takes effect, a new process runs until nothing is left to do; then
    /// the world must be as desired (◇□ of crash-safety.md §8).</summary>
    public void SettleAndJudge()
    {
        _processes.ForEach(process => process.Die());
        Remote.Flights.ToList().ForEach(Remote.Commit);
        CheckDuplicates();
        Start();
        for (var i = 0; i < 20; i++)
        {
            var outcome = RunPass();
            if (outcome is PassOutcome.Settled or PassOutcome.Stalled)
            {
                Judge();
                return;
            }

            Clock.Advance((outcome as PassOutcome.Wait)?.After ?? TimeSpan.FromSeconds(1));
        }

        throw new ModelViolation("it does not settle");
    }

    public static string Hash(string text) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));

    private void AddRare(List<string> choices)
    {
        if (Leader is null)
        {
            choices.Add("start");
        }
        else if (_failovers < Setup.Failovers)
        {
            choices.Add("failover");
        }

        if (_ticks < Setup.Ticks && Remote.Flights.All(flight => MayStillFly(flight)))
        {
            choices.Add("tick");
        }

        if (_waits < Setup.Waits && Remote.Flights.Count == 0)
        {
            choices.Add("wait");
        }

        if (Setup.Deletion && !_deleted)
        {
            choices.Add("delete");
        }

        if (Setup.ForeignWrite && !_intruded && Remote.Modules.Count < ModelRemote.Quota)
        {
            choices.Add("intrude");
        }
    }

    private bool MayStillFly(Flight flight) => Clock.Elapsed + Tick - flight.SentAt <= ModelRemote.CommitsWithin;

    private void StepProcess(ModelProcess process)
    {
        if (process.IsIdle)
        {
            _passes++;
            process.StartPass([.. _desired]);
            return;
        }

        process.Step();
    }

    private void Settle(string verb, Flight flight)
    {
        switch (verb)
        {
            case "commit":
                Remote.Commit(flight);
                break;
            case "lose":
                Remote.Lose(flight);
                break;
            default:
                ModelRemote.HangUp(flight);
                break;
        }

        _processes.ForEach(Observe);
    }

    private PassOutcome RunPass()
    {
        var process = _processes[^1];
        process.StartPass([.. _desired]);
        while (!process.IsIdle)
        {
            if (process.CanStep)
            {
                process.Step();
            }
            else
            {
                Remote.Commit(Remote.Flights.Single());
                Observe(process);
            }
        }

        return process.LastOutcome!;
    }

    private void Judge()
    {
        CheckDuplicates();
        var ledger = Ledger.Stored!;
        var ours = Remote.Modules.Where(pair => pair.Value.Maker != ModelRemote.Foreign).Select(pair => pair.Key);
        var bound = ledger.Entries.Values.Select(entry => entry.Key).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (ours.FirstOrDefault(key => !bound.Contains(key)) is { } lost)
        {
            throw new ModelViolation($"I5: module {lost} was made by us and belongs to nobody");
        }

        if (!ledger.Orphans.IsEmpty || _desired.Exists(module => module.Deleting))
        {
            throw new ModelViolation("something is still owed");
        }

        var missing = _desired.Count(module => !ledger.Entries.ContainsKey(module.Owner.Uid));
        if (missing > 0 && Remote.Modules.Count < ModelRemote.Quota)
        {
            throw new ModelViolation($"{missing} modules are missing although there is room");
        }
    }

    private void Start() => _processes.Add(new ModelProcess(this, $"p{++_started}"));

    private void Replace(string name, Func<DesiredModule, DesiredModule> change)
    {
        var at = _desired.FindIndex(module => module.Owner.Name == name);
        _desired[at] = change(_desired[at]);
    }
}
