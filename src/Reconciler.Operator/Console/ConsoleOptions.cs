using System.Collections.Immutable;
using System.Net;

namespace Reconciler.Operator.Console;

/// <summary>How the console is served (docs/console.md). There is none unless these are given.</summary>
internal sealed record ConsoleOptions
{
    public const int StandardPort = 8082;

    /// <summary>Where it listens, in plain HTTP and without a login:
    /// loopback unless somebody decides otherwise.</summary>
    public required IPEndPoint Bind { get; init; }

    /// <summary>Further names that a browser may call it by, as behind a proxy.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Pages that are kept up to date at the same time.</summary>
    public int ListenersMax { get; init; } = 16;

    /// <summary>Least time between two updates of a page.</summary>
    public TimeSpan UpdateInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time between two signs of life on a quiet stream.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);
}
