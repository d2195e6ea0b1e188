using Reconciler.Bench;

var benchmarks = new Dictionary<string, Func<Stage, Task>>(StringComparer.Ordinal)
{
    ["start"] = StartBenchmark.RunAsync,
    ["reaction"] = ReactionBenchmark.RunAsync,
    ["rested"] = ReactionBenchmark.RunRestedAsync,
    ["rotation"] = RotationBenchmark.RunAsync,
    ["hundred"] = HundredBenchmark.RunAsync,
    ["memory"] = MemoryBenchmark.RunAsync,
    ["idle"] = IdleBenchmark.RunAsync,
    ["intake"] = IntakeBenchmark.RunAsync,
};
var names = args.Length == 0 ? [.. benchmarks.Keys.Where(static name => name is not ("idle" or "rested"))] : args;
foreach (var name in names)
{
    if (!benchmarks.TryGetValue(name, out var benchmark))
    {
        Console.Error.WriteLine($"no benchmark '{name}': {string.Join(", ", benchmarks.Keys)}");
        return 1;
    }

    await using var stage = await Stage.OpenAsync(name);
    await benchmark(stage);
}

return 0;
