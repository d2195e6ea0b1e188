namespace Reconciler.TestKit.Processes;

/// <summary>Longest waits on real processes: generous, since they only bound a failure, never a success.</summary>
public static class ProcessTimeouts
{
    /// <summary>For a line of a process's output.</summary>
    public static TimeSpan Line { get; } = TimeSpan.FromSeconds(90);

    /// <summary>For the end of a process.</summary>
    public static TimeSpan Exit { get; } = TimeSpan.FromSeconds(60);

    /// <summary>For an object in the cluster to reach a state.</summary>
    public static TimeSpan State { get; } = TimeSpan.FromSeconds(120);

    /// <summary>For the programs to be built on a fresh machine.</summary>
    public static TimeSpan Build { get; } = TimeSpan.FromMinutes(30);
}
