using Microsoft.Extensions.Hosting;

namespace Reconciler.Emulator.Hosting;

/// <summary>Leaves Ctrl+C and SIGTERM to the process that embeds the emulator.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
