using System.Text;
using Reconciler.Emulator.Endpoints;
using Reconciler.Emulator.Faults;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Hosting;

/// <summary>
/// Takes one API request through fault choice, latency, effect and log. Effect and log entry happen under one lock
/// hold; a client that leaves changes nothing about either, as with a real remote.
/// </summary>
internal sealed class Exchange(EmulatedCloud cloud, IReadOnlyList<IRemoteApi> apis)
{
    private const int LoggedBody = 64 * 1024;

    private readonly CancellationTokenSource _stopped = new();

    public async Task<Delivery> AnswerAsync(WireRequest request)
    {
        FaultRule? fault;
        TimeSpan wait;
        lock (cloud.Gate)
        {
            cloud.InFlight++;
            cloud.Announce_Locked();
            fault = cloud.Faults.Next(request, Api(request)?.ClaimedInstallation(cloud, request));
            int delay = fault?.Kind == FaultKind.Delay ? fault.DelayMs ?? 0 : 0;
            wait = TimeSpan.FromMilliseconds(cloud.Settings.LatencyMs + delay);
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, cloud.Time, _stopped.Token);
        }

        lock (cloud.Gate)
        {
            return Decide_Locked(request, fault);
        }
    }

    /// <summary>The transport has nothing more to do for one request.</summary>
    public void Finished()
    {
        lock (cloud.Gate)
        {
            cloud.InFlight--;
            cloud.Announce_Locked();
        }
    }

    /// <summary>Ends waits and late commits.</summary>
    public void Stop() => _stopped.Cancel();

    private Delivery Decide_Locked(WireRequest request, FaultRule? fault)
    {
        RemoteCall call = new(cloud, request, fault);
        bool prevented = FaultedAnswer.PreventsCommit(fault?.Kind);
        WireResponse? answer = prevented ? null : Route(call);
        Delivery delivery = FaultedAnswer.Deliver(fault, answer);
        long seq = cloud.Log.NextSeq();
        cloud.Log.Add(Entry(seq, call, fault, FaultedAnswer.LoggedStatus(delivery)));
        cloud.Announce_Locked();
        if (fault?.Kind == FaultKind.CommitLate)
        {
            _ = CommitLateAsync(request, seq, TimeSpan.FromMilliseconds(fault.DelayMs ?? 0));
        }

        return delivery;
    }

    private async Task CommitLateAsync(WireRequest request, long seq, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, cloud.Time, _stopped.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lock (cloud.Gate)
        {
            RemoteCall call = new(cloud, request, fault: null);
            Route(call);
            if (call.Committed)
            {
                cloud.Log.MarkCommittedLate(seq, call.Key, call.Now);
                cloud.Announce_Locked();
            }
        }
    }

    private WireResponse Route(RemoteCall call) => Api(call.Request)?.Answer(call) ?? ForgeErrors.NoSuchRoute();

    private IRemoteApi? Api(WireRequest request) => apis.FirstOrDefault(api =>
        cloud.Settings.ApiVersions.Contains(api.Name, StringComparer.Ordinal) && api.Serves(request));

    private RequestLogEntry Entry(long seq, RemoteCall call, FaultRule? fault, int status) => new()
    {
        Seq = seq,
        ReceivedAt = call.Request.ReceivedAt,
        Time = call.Now,
        Verb = call.Request.Verb,
        Path = call.Request.Path,
        Query = LogText.Query(call.Request.Query),
        Api = Api(call.Request)?.Name ?? "",
        Status = status,
        Committed = call.Committed,
        TokenId = call.TokenId,
        Installation = call.Installation?.Id ?? Api(call.Request)?.ClaimedInstallation(cloud, call.Request),
        Key = call.Key,
        Fault = fault?.Id,
        Attempt = call.Request.Header("X-Reconciler-Attempt"),
        Body = call.Request.Body.IsEmpty
            ? null
            : Encoding.UTF8.GetString(call.Request.Body.Span[..Math.Min(call.Request.Body.Length, LoggedBody)]),
    };
}
