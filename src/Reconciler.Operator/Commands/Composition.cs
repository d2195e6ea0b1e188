#pragma warning disable RS0030 // The composition root of the commands: randomness and identities enter here.
using Reconciler.Atlassian;
using Reconciler.Atlassian.Http;
using Reconciler.Emulator;

namespace Reconciler.Operator.Commands;

/// <summary>What the commands share and a test replaces.</summary>
internal sealed record Composition(TimeProvider Time, Func<double> Random, Func<Guid> NewId)
{
    /// <summary>The remote that the demo plays against.</summary>
    public EmulatorOptions DemoRemote { get; init; } = new();

    public static Composition OfProcess() =>
        new(TimeProvider.System, System.Random.Shared.NextDouble, Guid.NewGuid);

    /// <summary>Fresh sockets for one command.</summary>
    public HttpMessageInvoker NewTransport() => new(RemoteHandler.Create(), disposeHandler: true);

    public RemoteRegistries NewRegistries(HttpMessageInvoker transport) => new(transport, Time, Random);
}
