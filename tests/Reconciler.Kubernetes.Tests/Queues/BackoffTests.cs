using FsCheck;
using FsCheck.Fluent;
using Reconciler.Kubernetes.Queues;

namespace Reconciler.Kubernetes.Tests.Queues;

public sealed class BackoffTests
{
    private static readonly Backoff Policy = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15));

    [Fact]
    public void Every_delay_lies_between_the_first_one_and_three_times_the_previous_one_and_the_cap()
    {
        var property = Prop.ForAll<NormalFloat, PositiveInt>((raw, previousSeconds) =>
        {
            var sample = Math.Abs(raw.Get % 1);
            var previous = TimeSpan.FromSeconds(previousSeconds.Get % 900);
            var next = Policy.Next(previous, sample);
            var ceiling = Math.Min(Math.Max(previous.Ticks, Policy.Initial.Ticks) * 3, Policy.Cap.Ticks);
            return next >= Policy.Initial && next.Ticks <= ceiling;
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), property);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void It_reaches_the_cap_only_by_growing_and_then_stays_below_or_at_it(double sample)
    {
        var delay = TimeSpan.Zero;
        for (var failure = 0; failure < 10_000; failure++)
        {
            delay = Policy.Next(delay, sample);
            Assert.InRange(delay, Policy.Initial, Policy.Cap);
        }

        Assert.True(sample < 0.5 || delay == Policy.Cap);
    }

    [Fact]
    public void A_sample_outside_its_range_or_a_huge_previous_delay_does_not_overflow()
    {
        Assert.Equal(Policy.Cap, Policy.Next(TimeSpan.MaxValue, 7));
        Assert.Equal(Policy.Initial, Policy.Next(TimeSpan.MinValue, -1));
    }

    [Fact]
    public void Nonsense_bounds_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Backoff(TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Backoff(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
    }
}
