using System.Globalization;

namespace Reconciler.TestKit.Processes;

/// <summary>
/// One directory per test below artifacts/test-runs/, with the logs of the processes that the test started. The logs
/// of the last runs stay for reading; older runs are removed when a new one begins.
/// </summary>
public static class RunDirectory
{
    private const int RunsKept = 4;

    private static readonly Lazy<string> Run = new(CreateRun);
    private static int _count;

    /// <summary>A new, empty directory whose name starts with <paramref name="name"/>.</summary>
    public static string Create(string name)
    {
        var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' ? c : '-'));
        var number = Interlocked.Increment(ref _count).ToString("d3", CultureInfo.InvariantCulture);
        return Directory.CreateDirectory(Path.Combine(Run.Value, $"{number}-{safe}")).FullName;
    }

    private static string CreateRun()
    {
        Directory.CreateDirectory(RepositoryLayout.TestRuns);
        foreach (var old in new DirectoryInfo(RepositoryLayout.TestRuns).GetDirectories()
            .Where(static run => !IsUnderWay(run))
            .OrderByDescending(d => d.Name, StringComparer.Ordinal).Skip(RunsKept))
        {
            RemoveQuietly(old);
        }

        var stamp = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        return Path.Combine(RepositoryLayout.TestRuns, $"{stamp}-{Environment.ProcessId}");
    }

    // An API server whose files go loses what it holds: a benchmark of an hour runs beside many tests.
    private static bool IsUnderWay(DirectoryInfo run) =>
        Directory.Exists(Path.Combine("/proc", run.Name[(run.Name.LastIndexOf('-') + 1)..]));

    private static void RemoveQuietly(DirectoryInfo directory)
    {
        try
        {
            directory.Delete(recursive: true);
        }
        catch (IOException)
        {
            // Another test process may be removing the same old run.
        }
    }
}
