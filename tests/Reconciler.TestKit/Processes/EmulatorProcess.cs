using System.Text.RegularExpressions;

namespace Reconciler.TestKit.Processes;

/// <summary>`reconciler emulator` as a process of its own, on a free port.</summary>
public sealed partial class EmulatorProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private EmulatorProcess(ChildProcess process, Uri baseUrl)
    {
        _process = process;
        Client = new EmulatorClient(baseUrl);
    }

    public Uri BaseUrl => Client.BaseUrl;

    public EmulatorClient Client { get; }

    public ChildProcess Process => _process;

    public static async Task<EmulatorProcess> StartAsync(string logDirectory, params string[] arguments)
    {
        var (program, all) = TestPrograms.Reconciler(["emulator", "--urls", "http://127.0.0.1:0", .. arguments]);
        var process = ChildProcess.Start("emulator", logDirectory, program, all);
        var line = await process.WaitForLineAsync(l => Address().IsMatch(l));
        return new EmulatorProcess(process, new Uri(Address().Match(line).Value));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex(@"http://127\.0\.0\.1:[1-9][0-9]*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();
}
