using System.Diagnostics;
using System.Text;

namespace Reconciler.TestKit.Processes;

/// <summary>Runs a command to its end. It is killed when it takes longer than the time given.</summary>
public static class Command
{
    public static async Task<CommandResult> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        string? input = null,
        TimeSpan? timeout = null,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        var line = $"{Path.GetFileName(program)} {string.Join(' ', arguments)}";
        using var process = new Process { StartInfo = RedirectedStart.Of(program, arguments, environment) };
        var output = new StringBuilder();
        var error = new StringBuilder();
        process.OutputDataReceived += (_, e) => AppendLine(output, e.Data);
        process.ErrorDataReceived += (_, e) => AppendLine(error, e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var late = new CancellationTokenSource(timeout ?? ProcessTimeouts.State, TimeProvider.System);
        try
        {
            await WriteInputAsync(process, input);
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException cancelled)
        {
            process.Kill();
            throw new TimeoutException($"`{line}` did not end in time:\n{error}{output}", cancelled);
        }

        return new CommandResult(line, process.ExitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs `reconciler` with these arguments.</summary>
    public static Task<CommandResult> RunReconcilerAsync(params IEnumerable<string> arguments)
    {
        var (program, all) = TestPrograms.Reconciler(arguments);
        return RunAsync(program, all);
    }

    private static async Task WriteInputAsync(Process process, string? input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command ended without reading all of its input; its exit code tells why.
        }
    }

    private static void AppendLine(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            text.AppendLine(line);
        }
    }
}
