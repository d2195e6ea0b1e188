using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Operator.Console;

namespace Reconciler.Operator.Tests.Console;

public sealed class ConsoleFeedTests
{
    [Fact]
    public void A_change_that_nobody_listens_for_allocates_nothing()
    {
        // Without a listener the source is never asked.
        var feed = new ConsoleFeed(
            null!, new() { Bind = new(IPAddress.Loopback, 0) }, TimeProvider.System, NullLogger.Instance);
        feed.Changed();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 10_000; i++)
        {
            feed.Changed();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
