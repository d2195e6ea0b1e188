using System.Globalization;
using Reconciler.TestKit.Processes;

namespace Reconciler.Bench;

/// <summary>What Linux says of a process (proc(5)).</summary>
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100;

    /// <summary>Resident memory in MiB.</summary>
    public static double ResidentMebibytes(OperatorProcess process) => Mebibytes(process, "VmRSS");

    /// <summary>The part of it that is the process's own: heaps and stacks, no pages of files, in MiB.</summary>
    public static double AnonymousMebibytes(OperatorProcess process) => Mebibytes(process, "RssAnon");

    private static double Mebibytes(OperatorProcess process, string field)
    {
        var line = File.ReadLines($"/proc/{process.Process.Id}/status")
            .First(line => line.StartsWith(field, StringComparison.Ordinal));
        var kilobytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return long.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024.0;
    }

    /// <summary>Processor time so far, user and system.</summary>
    public static TimeSpan ProcessorTime(OperatorProcess process)
    {
        // The name in parentheses may hold blanks; utime and stime are the 12th and 13th field after it.
        var stat = File.ReadAllText($"/proc/{process.Process.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = double.Parse(fields[11], CultureInfo.InvariantCulture)
            + double.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }
}
