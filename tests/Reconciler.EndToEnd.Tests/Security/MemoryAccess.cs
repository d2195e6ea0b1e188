using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Security;

/// <summary>
/// Whether the kernel lets a process of the same user into another's memory, which it does while that one may be
/// dumped: one flag decides both. Unlike a core file it is seen wherever the node's pattern sends its cores.
/// </summary>
internal static class MemoryAccess
{
    /// <summary>What the looked at and the looking process are started within. Root looks into everything by one
    /// capability; without it he is a user like others, who may look at what has no more rights than he.</summary>
    public static IReadOnlyList<string> Within { get; } =
        Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-sys_ptrace", "--"] : [];

    // The link is read by the very rule that guards the memory. The files of the memory itself are open to more: to
    // whoever may profile.
    public static async Task<bool> IsOpenAsync(ChildProcess process)
    {
        string[] line = [.. Within, "readlink", "--verbose", $"/proc/{process.Id}/exe"];
        var result = await Command.RunAsync(
            line[0], line[1..], environment: new Dictionary<string, string?> { ["LC_ALL"] = "C" });
        if (result.ExitCode != 0)
        {
            Assert.Contains("Permission denied", result.Error, StringComparison.Ordinal);
        }

        Assert.False(process.HasExited);
        return result.ExitCode == 0;
    }
}
