namespace Reconciler.TestKit.Processes;

/// <summary>What a command that ran to its end left behind.</summary>
public sealed record CommandResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>This result, or an exception with all that the command said when it failed.</summary>
    public CommandResult Required() => ExitCode == 0
        ? this
        : throw new InvalidOperationException($"`{Command}` exited with {ExitCode}:\n{Error}{Output}");
}
