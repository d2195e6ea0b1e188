using Reconciler.Simulation.World;
using Xunit.Abstractions;

namespace Reconciler.Simulation;

/// <summary>Q10: SIGTERM at each await point, and a pass that does not end in the grace.</summary>
public sealed class GracefulStopTests(ITestOutputHelper output)
{
    // Shorter than the 15 s after which an unanswered request is given up.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Unanswered = TimeSpan.FromSeconds(14);

    [Fact]
    public void Q10_a_stop_at_any_step_leaves_no_open_intent_and_ends_like_a_run_without_one()
    {
        using var calm = new SmallScenario(1);
        calm.Settle();
        var points = 0;
        for (long step = 1; ; step++)
        {
            using var scenario = new SmallScenario(1);
            if (!scenario.StopAfter(step))
            {
                break;
            }

            Assert.True(scenario.OpenIntents.Count == 0, $"open intents after a stop at step {step}");
            Assert.True(scenario.Leader is null, $"the lease is still held after a stop at step {step}");
            scenario.World.StartReplica();
            scenario.Settle();
            Assert.True(calm.Remote.SequenceEqual(scenario.Remote), $"stop at step {step}");
            points++;
        }

        output.WriteLine($"{points} points");
        Assert.True(points > 50, $"only {points} points");
    }

    [Fact]
    public void Q10_a_pass_that_outlasts_the_grace_is_cancelled_and_its_successor_finds_what_it_created()
    {
        using var calm = new SmallScenario(1);
        calm.Settle();
        var remote = new SilentRemote();
        using var scenario = new SmallScenario(
            1, static knobs => knobs with { Grace = Grace }, sabotage: new("silent") { Wire = remote.Between });
        scenario.World.Kernel.Run(TimeSpan.FromMinutes(1), () => scenario.Posts > 0);

        var took = scenario.Stop();

        Assert.InRange(took, Grace, Unanswered);
        Assert.NotEmpty(scenario.OpenIntents);
        Assert.Null(scenario.Leader);
        remote.IsSilent = false;
        scenario.World.StartReplica();
        scenario.Settle();
        Assert.Equal(calm.Remote, scenario.Remote);
    }

    /// <summary>Carries out every POST and answers none.</summary>
    private sealed class SilentRemote
    {
        public bool IsSilent { get; set; } = true;

        public HttpMessageHandler Between(HttpMessageHandler wire) => new Handler(this) { InnerHandler = wire };

        private sealed class Handler(SilentRemote remote) : DelegatingHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(
                HttpRequestMessage request, CancellationToken cancellationToken)
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (request.Method != HttpMethod.Post || !remote.IsSilent)
                {
                    return response;
                }

                var never = new TaskCompletionSource<HttpResponseMessage>();
                await using var left = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
                return await never.Task;
            }
        }
    }
}
