using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Reconciler.TestKit.Processes;

/// <summary>
/// A process that a test started: its output goes to a log file and can be awaited line by line. It is killed, by its
/// own id, when disposed and at the latest when the test process exits.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<int, Process> Running = new();

    private readonly Process _process;
    private readonly LineLog _lines;
    private readonly string _name;

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) => KillAll();

    private ChildProcess(string name, Process process, LineLog lines)
    {
        _name = name;
        _process = process;
        _lines = lines;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Lines of stdout and stderr so far, in the order of arrival.</summary>
    public IReadOnlyList<string> Lines => _lines.Snapshot();

    /// <summary>Starts a program whose output is logged to name.log in <paramref name="logDirectory"/>.</summary>
    public static ChildProcess Start(
        string name,
        string logDirectory,
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        var lines = new LineLog(Path.Combine(logDirectory, name + ".log"));
        var process = new Process { StartInfo = RedirectedStart.Of(program, arguments, environment) };
        process.OutputDataReceived += (_, e) => lines.Add(e.Data, isError: false);
        process.ErrorDataReceived += (_, e) => lines.Add(e.Data, isError: true);
        process.Start();
        Running[process.Id] = process;
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(name, process, lines);
    }

    /// <summary>
    /// The first line, from <paramref name="from"/> on, that fulfils the predicate; past lines count. Fails with the
    /// end of the log when the process exits first or the time is up.
    /// </summary>
    public async Task<string> WaitForLineAsync(Func<string, bool> predicate, TimeSpan? timeout = null, int from = 0)
    {
        using var late = new CancellationTokenSource(timeout ?? ProcessTimeouts.Line, TimeProvider.System);
        try
        {
            return await _lines.WaitAsync(predicate, from, late.Token)
                ?? throw Failure($"exited with {await WaitForExitAsync()} before the awaited line");
        }
        catch (OperationCanceledException)
        {
            throw Failure("did not write the awaited line in time");
        }
    }

    /// <summary>Waits for the end of the process and of its output, and returns the exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? timeout = null)
    {
        using var late = new CancellationTokenSource(timeout ?? ProcessTimeouts.Exit, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            throw Failure("did not exit in time");
        }

        Running.TryRemove(_process.Id, out _);
        return _process.ExitCode;
    }

    public void Signal(ProcessSignal signal)
    {
        if (!_process.HasExited && SendSignal(_process.Id, (int)signal) != 0 && !_process.HasExited)
        {
            throw Failure($"cannot be sent {signal}: error {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>Sends SIGKILL and waits until the process is gone.</summary>
    public async Task KillAsync()
    {
        Signal(ProcessSignal.Kill);
        await WaitForExitAsync();
    }

    /// <summary>Sends SIGTERM and returns the exit code.</summary>
    public async Task<int> StopAsync(TimeSpan? timeout = null)
    {
        Signal(ProcessSignal.Terminate);
        return await WaitForExitAsync(timeout);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _lines.Dispose();
        _process.Dispose();
    }

    private InvalidOperationException Failure(string what) =>
        new($"{_name} (pid {_process.Id}) {what}. End of {_lines.Path}:\n{string.Join('\n', Lines.TakeLast(30))}");

    private static void KillAll()
    {
        foreach (var id in Running.Keys)
        {
            _ = SendSignal(id, (int)ProcessSignal.Kill);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int processId, int signal);
}
