using Reconciler.Emulator;
using Reconciler.Emulator.Faults;
using Reconciler.Operator.Commands;

namespace Reconciler.Operator.Tests.Commands;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_observes_every_step()
    {
        await using var cli = await CommandFixture.StartAsync();

        var demo = await cli.RunAsync(["demo", "--dir", Path.Combine(cli.Root, "demo")]);

        Assert.Equal((0, ""), (demo.Code, demo.Error));
        Assert.Equal(13, demo.Output.Split("✓ observed: ").Length - 1);
        Assert.True(File.Exists(Path.Combine(cli.Root, "demo", "manifests", "10-trigger.yaml")));
    }

    /// <summary>A remote that says it did what it did not: the command is content, who looks at the remote is not.
    /// </summary>
    [Theory]
    [InlineData("PUT", 200, "step 3: not observed: the module is as it was, under the same key")]
    [InlineData("POST", 422, "step 2: not observed: apply succeeded")]
    public async Task A_step_that_is_not_observed_ends_the_demo_with_an_error(
        string verb, int status, string expected)
    {
        await using var cli = await CommandFixture.StartAsync();
        var lies = new FaultRule { Kind = FaultKind.StatusBeforeCommit, Verb = verb, Status = status };

        var demo = await cli.RunAsync(
            ["demo", "--dir", Path.Combine(cli.Root, "demo")],
            composition: Composition.OfProcess() with { DemoRemote = new EmulatorOptions { Faults = [lies] } });

        Assert.Equal(1, demo.Code);
        Assert.EndsWith($"demo {expected}{Environment.NewLine}", demo.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Done.", demo.Output, StringComparison.Ordinal);
    }
}
