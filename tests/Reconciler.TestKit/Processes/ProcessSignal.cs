namespace Reconciler.TestKit.Processes;

/// <summary>The POSIX signals that tests send, by their numbers on Linux.</summary>
public enum ProcessSignal
{
    None = 0,
    Abort = 6,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
    BadSystemCall = 31,
}
