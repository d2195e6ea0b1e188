using System.CommandLine;
using Reconciler.Emulator;
using Reconciler.Emulator.Faults;

namespace Reconciler.Operator.Commands;

/// <summary><c>reconciler emulator</c>: the remote APIs in memory until interrupted.</summary>
internal static class EmulatorCommand
{
    public static Command Create(CommandOptions options, Terminal terminal)
    {
        var urls = options.Text(
            "--urls", "URLS", "Where to listen, separated by ';'; port 0 takes a free one.", "http://127.0.0.1:7080");
        var faults = options.Text("--faults", "FILE", "JSON file with settings and fault rules (docs/emulator.md).");
        var command = new Command("emulator", "Serve the remote APIs in memory, with controls at /_emulator/*.")
        {
            urls, faults,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(urls)!, parsed.GetValue(faults), terminal, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string urls, string? faults, Terminal terminal, CancellationToken cancellationToken)
    {
        var options = new EmulatorOptions { Urls = urls.Split(';', StringSplitOptions.RemoveEmptyEntries) };
        await using var server = await StartAsync(
            faults is null ? options : Load(faults, options), urls, cancellationToken);
        await terminal.Output.WriteLineAsync($"Emulator at {server.BaseUrl.GetLeftPart(UriPartial.Authority)}");
        foreach (var (token, installation) in options.Tokens)
        {
            await terminal.Output.WriteLineAsync($"Token {token} opens {installation}");
        }

        await terminal.Output.WriteLineAsync("Controls at /_emulator/. Stop with Ctrl-C.");
        await terminal.Output.FlushAsync(CancellationToken.None);
        // Asynchronously: the signal's thread must not run the shutdown that waits for it.
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
        return ExitCode.Done;
    }

    private static EmulatorOptions Load(string path, EmulatorOptions options)
    {
        try
        {
            return FaultFile.Load(path, options);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--faults: {exception.Message}", exception);
        }
    }

    private static async Task<EmulatorServer> StartAsync(
        EmulatorOptions options, string urls, CancellationToken cancellationToken)
    {
        try
        {
            return await EmulatorServer.StartAsync(options, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or FormatException or InvalidOperationException)
        {
            throw new CommandException($"--urls {urls}: cannot listen: {exception.Message}", exception);
        }
    }
}
