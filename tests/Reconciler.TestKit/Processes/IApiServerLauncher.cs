namespace Reconciler.TestKit.Processes;

/// <summary>Starts the processes of a control plane in one directory; a second start finds the same state.</summary>
internal interface IApiServerLauncher
{
    /// <summary>Starts the server on a port, 0 for any, and returns it when it serves.</summary>
    Task<RunningApiServer> StartAsync(int port);
}

/// <summary>A serving API server; the processes are in the order of their start.</summary>
internal sealed record RunningApiServer(IReadOnlyList<ChildProcess> Processes, Uri Url);
