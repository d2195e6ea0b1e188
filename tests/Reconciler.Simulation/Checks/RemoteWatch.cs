using System.Net;
using Reconciler.Core.Modules;
using Reconciler.Simulation.Kernel;
using Reconciler.Simulation.Net;
using Reconciler.Simulation.Remote;

namespace Reconciler.Simulation.Checks;

/// <summary>
/// Stands in front of the remote and checks each request as it arrives: announced creates (I2), no foreign harm (I4),
/// quota (I7), read-only modes (I9), pauses kept (I10), the destruction budget (I11), terminal refusals (I12) and no
/// delete without a key (I13). Where we choose the keys: the key announced is the key sent (I2), and none is sent again
/// without a look (I3).
/// </summary>
internal sealed class RemoteWatch(
    SimKernel kernel, Violations violations, LedgerWatch ledgers, SimRemote remote, Provenance provenance,
    RemoteExpectations expected)
{
    private readonly HashSet<string> _sent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TimeSpan Begins, TimeSpan Ends)> _pauses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _deletesSinceList = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _lookedAfter = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Uid, string Body), TimeSpan> _rejected = [];
    private readonly SendHistory _history = new(violations);

    public SimResponse Serve(SimRequest request)
    {
        var call = remote.Dialect.Read(request);
        Before(request, call);
        var holding = remote.Modules.Select(static module => module.Key).ToHashSet(StringComparer.Ordinal);
        var response = remote.Serve(request);
        After(request, call, response, holding);
        return response;
    }

    /// <summary>I12 ends when the user changes the spec.</summary>
    public void SpecChanged(string uid) =>
        _rejected.Keys.Where(rejected => rejected.Uid == uid).ToList().ForEach(rejected => _rejected.Remove(rejected));

    private void Before(SimRequest request, SimCall call)
    {
        // Sent before the pause was known is no breach, whenever it arrives (seed 1).
        if (_pauses.TryGetValue(request.Process, out var pause)
            && request.SentAt >= pause.Begins && request.SentAt < pause.Ends)
        {
            violations.Add("I10", $"{request} {pause.Ends - request.SentAt:c} before the pause ended");
        }

        if (request.Method != "GET" && expected.ReadOnly)
        {
            violations.Add("I9", $"{request} although the installation is read-only");
        }

        switch (call)
        {
            case SimCall.List or SimCall.Get:
                _history.Read(request);
                break;
            case SimCall.Create create:
                CheckAnnounced(request, create.Modules);
                break;
            case SimCall.Update update:
                CheckTarget(request, update.Key);
                CheckRejected(request, ledgers.OwnerOf(update.Key));
                break;
            case SimCall.Delete { Keys: { Count: > 0 } keys } when !keys.Any(static key => key.Contains(',')):
                keys.ToList().ForEach(key => CheckTarget(request, key));
                break;
            default:
                violations.Add("I13", $"{request} names no key");
                break;
        }
    }

    private void After(SimRequest request, SimCall call, SimResponse response, HashSet<string> holding)
    {
        if (response.Status == HttpStatusCode.TooManyRequests && request.IsAnswered)
        {
            // The pause begins when the client has read the answer, and ends two seconds after the server sent it. Who
            // has cancelled meanwhile never reads it (seed 40001756).
            var ends = kernel.Now + TimeSpan.FromSeconds(2);
            response.Heard = () => _pauses[request.Process] = (kernel.Now + expected.LatencyMax, ends);
        }

        switch (call)
        {
            case SimCall.List when !IsLookAfterDelete(request):
                _deletesSinceList[request.Process] = 0;
                break;
            case SimCall.Delete delete when response.Status == HttpStatusCode.NoContent:
                CheckBudget(request, delete.Keys, holding);
                break;
            case SimCall.Create create:
                CheckQuota(response, holding.Count);
                NoteCreated(request, create.Modules, response);
                RememberRejection(request, response, create.Modules.Count == 1 ? AnnouncedFor(request) : null);
                break;
            case SimCall.Update update:
                RememberRejection(request, response, ledgers.OwnerOf(update.Key));
                break;
        }
    }

    private void CheckAnnounced(SimRequest request, IReadOnlyList<SimDraft> modules)
    {
        if (request.Attempts.Count != modules.Count)
        {
            violations.Add("I2", $"a POST of {modules.Count} modules arrived for {request.Attempts.Count} attempts");
            return;
        }

        foreach (var module in modules)
        {
            CheckAnnounced(request, module);
        }

        if (modules.Count == 1)
        {
            CheckRejected(request, AnnouncedFor(request));
        }
    }

    private void CheckAnnounced(SimRequest request, SimDraft module)
    {
        if (module.Key is { } key)
        {
            _history.Sent(request, key);
            if (Replacements.Names(module.Attempt!, key))
            {
                if (!ledgers.Replacements.WasOpen(key, request.SentAt))
                {
                    violations.Add("I2", $"{module.Attempt} was sent while no replacement of it was announced");
                }

                return;
            }
        }

        if (!ledgers.Announced.TryGetValue(module.Attempt!, out var announced))
        {
            violations.Add("I2", "a POST arrived whose intent was never committed");
            return;
        }

        if (announced.Key != module.Key)
        {
            violations.Add("I2", $"attempt {module.Attempt} was announced for {announced.Key} and sends {module.Key}");
        }

        if (!_sent.Add(module.Attempt!))
        {
            violations.Add("I2", $"attempt {module.Attempt} was sent twice");
        }
    }

    private string? AnnouncedFor(SimRequest request) =>
        request.Attempts is [var attempt] && ledgers.Announced.TryGetValue(attempt, out var announced)
            ? announced.Uid
            : null;

    private void CheckRejected(SimRequest request, string? uid)
    {
        // What was sent before may arrive after (seed 1056 on ForgeContainer).
        if (uid is not null && _rejected.TryGetValue((uid, Body(request)), out var at) && request.SentAt > at)
        {
            violations.Add("I12", $"{uid} sends again what was refused for good");
        }
    }

    private void CheckTarget(SimRequest request, string key)
    {
        if (!provenance.MayTouch(key, request.SentAt))
        {
            violations.Add("I4", $"{request} touches a foreign module");
        }
    }

    private void CheckQuota(SimResponse response, int holding)
    {
        if (response.Refusal == SimRefusal.Quota && holding >= expected.Quota && expected.SoleWriter)
        {
            violations.Add("I7", $"a POST arrived at {holding} of {expected.Quota}");
        }
    }

    private void NoteCreated(SimRequest request, IReadOnlyList<SimDraft> modules, SimResponse response)
    {
        if ((int)response.Status is not (200 or 201))
        {
            return;
        }

        foreach (var key in modules.Select(static module => module.Key).OfType<string>())
        {
            _history.Done(request, key);
            provenance.MadeByUs(key);
            ledgers.Replacements.Registered(key);
        }
    }

    /// <summary>Connect has no item route: who wants to see that a module is gone lists all of them, at once, and that
    /// is not the beginning of another pass.</summary>
    private bool IsLookAfterDelete(SimRequest request) =>
        remote.Dialect.IsConnect && _lookedAfter.Remove(request.Process, out var deletedAt)
        && request.SentAt - deletedAt < TimeSpan.FromSeconds(1);

    /// <summary>The first half of a replacement destroys nothing: the other half is owed (T8r).</summary>
    private void CheckBudget(SimRequest request, IReadOnlyList<string> keys, HashSet<string> holding)
    {
        var gone = keys.Where(holding.Contains).ToList();
        foreach (var half in gone.Where(key => ledgers.Replacements.WasOpen(key, request.SentAt)).ToList())
        {
            gone.Remove(half);

            // A late one, after the replacement was over, takes a module away as others do
            // (T9; seed 1285 on ConnectJira).
            if (ledgers.Replacements.WasOpen(half, kernel.Now) && ledgers.OwnerOf(half) is { } uid)
            {
                ledgers.Replacements.Removed(half, uid);
            }
        }

        _lookedAfter[request.Process] = kernel.Now;
        var deletes = _deletesSinceList[request.Process] =
            _deletesSinceList.GetValueOrDefault(request.Process) + gone.Count;
        if (deletes > expected.DeletesPerPass())
        {
            violations.Add("I11", $"{deletes} deletes since the last list, allowed {expected.DeletesPerPass()}");
        }
    }

    /// <summary>Of several modules in one request nobody knows which was refused.</summary>
    private void RememberRejection(SimRequest request, SimResponse response, string? uid)
    {
        if (uid is not null && response.Refusal == SimRefusal.Data && request.IsAnswered
            && expected.RefusalsAreRecorded)
        {
            _rejected.TryAdd((uid, Body(request)), kernel.Now);
        }
    }

    private static string Body(SimRequest request) =>
        ModuleContent.Parse("body", request.Body).Fingerprint.Value;
}

/// <summary>What this run may expect of the writers.</summary>
/// <param name="SoleWriter">No foreign actor creates modules and lists do not lag.</param>
/// <param name="RefusalsAreRecorded">Nothing keeps an operator from writing down a refusal it has read.</param>
internal sealed record RemoteExpectations(
    int Quota, Func<int> DeletesPerPass, TimeSpan LatencyMax, bool ReadOnly, bool SoleWriter, bool RefusalsAreRecorded);
