using System.Globalization;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Control;

/// <summary>
/// <c>GET /_emulator/wait</c>: answers as soon as everything asked for holds at once, so that tests need no sleeps.
/// <c>requests</c> counts the log entries that the other parameters select; <c>modules</c> counts one store.
/// </summary>
internal sealed class ControlWait(EmulatedCloud cloud)
{
    private const int DefaultTimeoutMs = 10_000;

    public async Task<WireResponse> AnswerAsync(WireRequest request, CancellationToken ct)
    {
        int timeoutMs = Number(request, "timeoutMs") ?? DefaultTimeoutMs;
        using CancellationTokenSource expiry = new(TimeSpan.FromMilliseconds(timeoutMs), cloud.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(ct, expiry.Token);
        Goal goal = Goal.Read(request);
        WaitBody? last = null;
        try
        {
            await cloud.WaitAsync(() => (last = Measure_Locked(goal)).Satisfied, either.Token);
        }
        catch (OperationCanceledException) when (expiry.IsCancellationRequested)
        {
            // The counts tell what was missing.
        }

        return ControlApi.Ok(last!, ControlJson.Default.WaitBody, last!.Satisfied ? 200 : 408);
    }

    private WaitBody Measure_Locked(Goal goal)
    {
        int requests = ControlState.Filter(cloud.Log.Entries, goal.Query).Count();
        int modules = cloud.Find(goal.Installation)?.Store(goal.Api).Current.Count ?? 0;
        bool satisfied = (goal.Requests is null || requests >= goal.Requests)
            && (goal.Modules is null || modules == goal.Modules)
            && (goal.InFlight is null || cloud.InFlight <= goal.InFlight);
        return new WaitBody(satisfied, requests, modules, cloud.InFlight, cloud.Log.LastSeq);
    }

    private static int? Number(WireRequest request, string name) =>
        QueryString.First(request.Query, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private sealed record Goal(
        string Query, int? Requests, int? Modules, int? InFlight, string Installation, ModuleApi Api)
    {
        public static Goal Read(WireRequest request) => new(
            // The store is `store` here, because `api` already selects log entries.
            request.Query,
            Number(request, "requests"),
            Number(request, "modules"),
            Number(request, "inFlight"),
            QueryString.First(request.Query, "installation") ?? EmulatorOptions.DefaultInstallation,
            ModuleApiNames.Parse(QueryString.First(request.Query, "store") ?? "v2"));
    }
}
