using System.Runtime.InteropServices;

namespace Reconciler.Kubernetes.Leases;

/// <summary>
/// The system clock, whose timestamps go on while the machine is suspended. .NET's own use CLOCK_MONOTONIC, which
/// stands still then on Linux: a thawed leader would believe in a lease that others took long ago. Timers and wall
/// time are the system's. Where there is no such clock, timestamps are the system's too.
/// </summary>
public sealed class SuspendAwareTimeProvider : TimeProvider
{
    private const int ClockBootTime = 7;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly bool _hasBootTime = OperatingSystem.IsLinux() && Environment.Is64BitProcess && TryRead(out _);

    public override long TimestampFrequency => _hasBootTime ? NanosecondsPerSecond : base.TimestampFrequency;

    public override long GetTimestamp() =>
        _hasBootTime && TryRead(out var nanoseconds) ? nanoseconds : base.GetTimestamp();

    private static bool TryRead(out long nanoseconds)
    {
        var isRead = ReadClock(ClockBootTime, out var now) == 0;
        nanoseconds = (now.Seconds * NanosecondsPerSecond) + now.Nanoseconds;
        return isRead;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadClock(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
