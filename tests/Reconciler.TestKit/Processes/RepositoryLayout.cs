namespace Reconciler.TestKit.Processes;

/// <summary>Where things lie in the repository that the tests were built from.</summary>
public static class RepositoryLayout
{
    /// <summary>The directory with Reconciler.sln, found upwards from the test assembly.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string Crds => Path.Combine(Root, "crds");

    public static string Samples => Path.Combine(Root, "deploy", "samples");

    public static string Rbac => Path.Combine(Root, "deploy", "rbac");

    /// <summary>The script that prints the path of the API server or of kubectl.</summary>
    public static string EnsureScript => Path.Combine(Root, "tests", "kube-apiserver", "ensure.sh");

    /// <summary>The script that prints the path of the renderer of the chart.</summary>
    public static string EnsureDeployToolsScript => Path.Combine(Root, "tests", "deploy-tools", "ensure.sh");

    /// <summary>The script that prints the path of Chromium.</summary>
    public static string ChromiumScript => Path.Combine(Root, "tests", "chromium", "ensure.sh");

    public static string TestRuns => Path.Combine(Root, "artifacts", "test-runs");

    private static string FindRoot(string start)
    {
        for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Reconciler.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"No Reconciler.sln above {start}.");
    }
}
