using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Kubernetes.Leases;
using Reconciler.TestKit.InMemory;

namespace Reconciler.Kubernetes.Tests.Leases;

/// <summary>Candidates for one lease on an in-memory API server.</summary>
internal sealed class ElectorWorld(VirtualTime world)
{
    public const string Resource = "leases.coordination.k8s.io";

    public InMemoryApi Api { get; } = new(world.Clock);

    public JsonObject? Lease => Api.Find(Resource, "ns", "operator");

    public string? Holder => (string?)Lease?["spec"]?["holderIdentity"];

    public List<Candidate> Candidates { get; } = [];

    public Candidate Add(string identity, TimeProvider? time = null)
    {
        var candidate = new Candidate(world, this, identity, time ?? world.Clock);
        Candidates.Add(candidate);
        return candidate;
    }

    public async Task UntilLeaderAsync(Candidate candidate, TimeSpan atMost) =>
        await world.UntilAsync(() => candidate.Elector.IsLeader, atMost, $"{candidate.Identity} leads");

    public async Task StopAsync()
    {
        foreach (var candidate in Candidates)
        {
            candidate.Stop.Cancel();
        }

        var stopped = Task.WhenAll(Candidates.Select(candidate => candidate.Run));
        await world.AdvanceAsync(TimeSpan.FromSeconds(60));
        await stopped;
    }
}

/// <summary>One replica: its work runs until its token is cancelled and then drains for a while.</summary>
internal sealed class Candidate
{
    private readonly VirtualTime _world;

    public Candidate(VirtualTime world, ElectorWorld lease, string identity, TimeProvider time)
    {
        _world = world;
        Identity = identity;
        Network = new(lease.Api, world.Clock);
        Elector = new(
            GadgetWorld.NewClient(Network, time),
            new LeaderElectorOptions(new("ns", "operator"), identity),
            time,
            () => 0.5,
            NullLogger.Instance);
        Run = Elector.RunAsync(LeadAsync, Stop.Token);
    }

    public string Identity { get; }

    public Network Network { get; }

    public LeaderElector Elector { get; }

    public CancellationTokenSource Stop { get; } = new();

    public Task Run { get; }

    public TimeSpan Drain { get; set; }

    public int Terms { get; private set; }

    public bool IsWorking { get; private set; }

    public CancellationToken Term { get; private set; }

    public List<TimeSpan> EndedAt { get; } = [];

    private async Task LeadAsync(CancellationToken term)
    {
        Assert.False(IsWorking);
        Terms++;
        IsWorking = true;
        Term = term;
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = term.UnsafeRegister(_ => cancelled.TrySetResult(), null);
        await cancelled.Task;
        if (Drain > TimeSpan.Zero)
        {
            await Task.Delay(Drain, _world.Clock, CancellationToken.None);
        }

        IsWorking = false;
        EndedAt.Add(_world.Clock.Elapsed);
    }
}

/// <summary>One replica's way to the API server; its writes can be made to hang, or to be answered late.</summary>
internal sealed class Network(HttpMessageHandler api, TimeProvider time) : DelegatingHandler(api)
{
    public bool HangsWrites { get; set; }

    public TimeSpan AnswersWritesAfter { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (HangsWrites && request.Method != HttpMethod.Get)
        {
            var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration =
                cancellationToken.UnsafeRegister(_ => never.TrySetCanceled(cancellationToken), null);
            await never.Task;
        }

        var answer = await base.SendAsync(request, cancellationToken);
        if (AnswersWritesAfter > TimeSpan.Zero && request.Method != HttpMethod.Get)
        {
            await Task.Delay(AnswersWritesAfter, time, cancellationToken);
        }

        return answer;
    }
}
