using System.Runtime.InteropServices;

namespace Reconciler.Operator.Hosting;

/// <summary>
/// Keeps the memory of this process, in which credentials are while they are used, out of files (docs/threat-model.md).
/// On Linux the process is made not dumpable: the kernel writes no core of it, whatever the limits and the pattern of
/// the node say, and nobody but root may attach to it. Other systems are left as they are.
/// </summary>
internal static class MemoryDump
{
    private const string Wish = "DOTNET_DbgEnableMiniDump";
    private const int SetDumpable = 4;

    /// <param name="variable">Reads an environment variable. Who sets the runtime's own wish for dumps to 1 has asked
    /// for them, with all that is in them.</param>
    public static void Forbid(Func<string, string?> variable)
    {
        if (OperatingSystem.IsLinux() && variable(Wish) != "1")
        {
            // It fails on no kernel that .NET runs on, and without it the rest is still off:
            // nothing to do about it here.
            _ = Control(SetDumpable, 0, 0, 0, 0);
        }
    }

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int option, nuint value, nuint third, nuint fourth, nuint fifth);
}
