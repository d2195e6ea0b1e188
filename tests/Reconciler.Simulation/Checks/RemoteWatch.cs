using System.Net;
using Reconciler.Core.Modules;
using Reconciler.Simulation.Kernel;
using Reconciler.Simulation.Net;
using Reconciler.Simulation.Remote;

namespace Reconciler.Simulation.Checks;

/// <summary>
/// Stands in front of the remote and checks each request as it arrives: announced creates (I2), no foreign harm (I4),
/// quota (I7), read-only modes (I9), pauses kept (I10), the destruction budget (I11), terminal refusals (I12) and no
/// delete without a key (I13).
/// </summary>
internal sealed class RemoteWatch(
    SimKernel kernel, Violations violations, LedgerWatch ledgers, SimRemote remote, Provenance provenance,
    RemoteExpectations expected)
{
    private readonly HashSet<string> _sent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TimeSpan Begins, TimeSpan Ends)> _pauses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _deletesSinceList = new(StringComparer.Ordinal);
    private readonly HashSet<(string Uid, string Body)> _rejected = [];

    public SimResponse Serve(SimRequest request)
    {
        Before(request);
        var holding = remote.Modules.Count;
        var response = remote.Serve(request);
        After(request, response, holding);
        return response;
    }

    private void Before(SimRequest request)
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

        switch (request.Method)
        {
            case "POST":
                CheckAnnounced(request);
                break;
            case "PUT" or "DELETE":
                CheckTarget(request);
                break;
        }
    }

    private void After(SimRequest request, SimResponse response, int holding)
    {
        if (response.Status == HttpStatusCode.TooManyRequests && request.IsAnswered)
        {
            // The pause begins when the client has read the answer, and ends two seconds after the server sent it. Who
            // has cancelled meanwhile never reads it (seed 40001756).
            var ends = kernel.Now + TimeSpan.FromSeconds(2);
            response.Heard = () => _pauses[request.Process] = (kernel.Now + expected.LatencyMax, ends);
        }

        if (request.Method == "GET" && !request.Path.TrimEnd('/').Contains("/module/", StringComparison.Ordinal))
        {
            _deletesSinceList[request.Process] = 0;
        }

        if (request.Method == "DELETE" && response.Status == HttpStatusCode.NoContent)
        {
            CheckBudget(request);
        }

        if (request.Method == "POST")
        {
            CheckQuota(response, holding);
            RememberRejection(request, response);
        }
    }

    private void CheckAnnounced(SimRequest request)
    {
        if (request.Header("x-reconciler-attempt") is not { } attempt
            || !ledgers.Announced.TryGetValue(attempt, out var announced))
        {
            violations.Add("I2", "a POST arrived whose intent was never committed");
            return;
        }

        if (!_sent.Add(attempt))
        {
            violations.Add("I2", $"attempt {attempt} was sent twice");
        }

        if (_rejected.Contains((announced.Uid, Body(request))))
        {
            violations.Add("I12", $"{announced.Uid} sends again what was refused for good");
        }
    }

    private void CheckTarget(SimRequest request)
    {
        var path = request.Path.TrimEnd('/');
        if (path.Length <= SimRemote.Collection.Length + 1)
        {
            violations.Add("I13", $"{request} names no key");
            return;
        }

        var key = Uri.UnescapeDataString(path[(SimRemote.Collection.Length + 1)..]);
        if (!provenance.MayTouch(key, request.SentAt))
        {
            violations.Add("I4", $"{request} touches a foreign module");
        }
    }

    private void CheckQuota(SimResponse response, int holding)
    {
        if (response.Status == HttpStatusCode.UnprocessableEntity && holding >= expected.Quota && expected.SoleWriter)
        {
            violations.Add("I7", $"a POST arrived at {holding} of {expected.Quota}");
        }
    }

    private void CheckBudget(SimRequest request)
    {
        var deletes = _deletesSinceList[request.Process] = _deletesSinceList.GetValueOrDefault(request.Process) + 1;
        if (deletes > expected.DeletesPerPass())
        {
            violations.Add("I11", $"{deletes} deletes since the last list, allowed {expected.DeletesPerPass()}");
        }
    }

    private void RememberRejection(SimRequest request, SimResponse response)
    {
        if (response.Status == HttpStatusCode.UnprocessableEntity
            && System.Text.Encoding.UTF8.GetString(response.Body)
                .Contains("Invalid module data", StringComparison.Ordinal)
            && request.Header("x-reconciler-attempt") is { } attempt
            && ledgers.Announced.TryGetValue(attempt, out var announced)
            && request.IsAnswered && expected.RefusalsAreRecorded)
        {
            _rejected.Add((announced.Uid, Body(request)));
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
