namespace Reconciler.TestKit.Processes;

/// <summary>A file with the text of every exception that was ever thrown in a process that a test started.</summary>
public sealed class ThrownExceptions(string path)
{
    internal const string Variable = "RECONCILER_TEST_EXCEPTIONS";

    /// <summary>What the process must be started with.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; } = new Dictionary<string, string?>
    {
        ["DOTNET_STARTUP_HOOKS"] = typeof(ThrownExceptions).Assembly.Location,
        [Variable] = path,
    };

    public Task<string> ReadAsync() => File.ReadAllTextAsync(path);
}
