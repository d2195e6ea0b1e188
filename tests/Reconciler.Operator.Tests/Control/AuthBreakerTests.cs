using Reconciler.Core.Execution;
using Reconciler.Operator.Control;
using Reconciler.TestKit;

namespace Reconciler.Operator.Tests.Control;

public sealed class AuthBreakerTests
{
    private static readonly RemoteFault Refusal = new RemoteFault.Unauthorized("no", 401);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void It_lets_through_until_a_credential_is_refused() => Assert.Null(new AuthBreaker(_time).Ask());

    [Fact]
    public void After_a_refusal_it_waits_and_then_lets_one_probe_through()
    {
        var breaker = new AuthBreaker(_time);
        breaker.Learn(Refusal);
        Assert.Same(Refusal, breaker.Ask());

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(breaker.Ask());
        Assert.Same(Refusal, breaker.Ask());
    }

    [Fact]
    public void The_wait_doubles_up_to_ten_minutes()
    {
        var breaker = new AuthBreaker(_time);
        for (var refusals = 0; refusals < 20; refusals++)
        {
            breaker.Learn(Refusal);
        }

        _time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.NotNull(breaker.Ask());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(breaker.Ask());
    }

    [Fact]
    public void An_accepted_probe_closes_it()
    {
        var breaker = new AuthBreaker(_time);
        breaker.Learn(Refusal);
        breaker.Learn(null);

        Assert.Null(breaker.Ask());
        Assert.Null(breaker.Ask());
    }

    [Fact]
    public void An_outage_says_nothing_about_the_credential()
    {
        var breaker = new AuthBreaker(_time);
        breaker.Learn(Refusal);
        breaker.Learn(new RemoteFault.Unavailable("down"));

        Assert.Same(Refusal, breaker.Ask());
    }
}
