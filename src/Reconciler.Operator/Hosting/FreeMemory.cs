using System.Runtime.InteropServices;

namespace Reconciler.Operator.Hosting;

/// <summary>Returns to the system what the process has freed and still holds.</summary>
internal static class FreeMemory
{
    /// <summary>Bytes of the managed heap after the last collection, with what is free in it.</summary>
    public static long ReadCommitted() => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;

    /// <summary>A full, compacting collection, then the same for the memory of native code (TLS, compilers), of which
    /// some 4 MiB stay behind after 10,000 modules were read. It stops the process for some tens of milliseconds.
    /// </summary>
    public static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux())
        {
            TrimNative();
        }
    }

    private static void TrimNative()
    {
        try
        {
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library that has no such call, as musl: it keeps little in any case.
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Trim(nuint keep);
}
