using Microsoft.Extensions.Hosting;

namespace Reconciler.Operator.Serving;

/// <summary>Signals are the operator's affair: its servers go on answering while it drains.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
