using Reconciler.Operator.Commands;

namespace Reconciler.Operator.Tests.Commands;

public sealed class EmulatorCommandTests
{
    [Fact]
    public async Task It_prints_where_it_listens_and_its_tokens_at_start_and_ends_when_it_is_interrupted()
    {
        using var interrupt = new CancellationTokenSource();
        await using var output = new OutputOfAStart(interrupt);
        var error = new StringWriter();
        var terminal = new Terminal(
            output, error, Stream.Null, IsInteractive: false, HasColors: false, static _ => null);

        var code = await CommandLine.RunAsync(
            ["emulator", "--urls", "http://127.0.0.1:0"], terminal, Composition.OfProcess(), interrupt.Token);

        Assert.Equal((0, ""), (code, error.ToString()));
        var lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^Emulator at http://127\\.0\\.0\\.1:[1-9][0-9]*$", lines[0]);
        Assert.Equal(
            ["Token emulator-token opens ari:cloud:ecosystem::installation/00000000-0000-4000-8000-000000000001"],
            lines[1..^1]);
        Assert.Equal("Controls at /_emulator/. Stop with Ctrl-C.", lines[^1]);
    }

    /// <summary>Flushed when everything is said: then a person would press Ctrl-C.</summary>
    private sealed class OutputOfAStart(CancellationTokenSource interrupt) : StringWriter
    {
        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            interrupt.Cancel();
            return Task.CompletedTask;
        }
    }
}
