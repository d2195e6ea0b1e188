using Reconciler.Emulator.Faults;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.Faults;

/// <summary>Which requests a rule meets, and how rules come in.</summary>
public sealed class FaultScheduleTests
{
    [Fact]
    public async Task A_rule_meets_only_its_verb_path_body_and_installation()
    {
        await using Remote remote = await Remote.StartAsync(new EmulatorOptions
        {
            Faults =
            [
                new FaultRule { Kind = FaultKind.StatusBeforeCommit, Status = 501, Verb = "DELETE" },
                new FaultRule { Kind = FaultKind.StatusBeforeCommit, Status = 502, Path = "limit=3$" },
                new FaultRule { Kind = FaultKind.StatusBeforeCommit, Status = 503, BodyPattern = "needle" },
                new FaultRule { Kind = FaultKind.StatusBeforeCommit, Status = 504, Installation = "elsewhere" },
            ],
        });

        Assert.Equal(501, (await remote.DeleteAsync("x")).Status);
        Assert.Equal(502, (await remote.ListAsync("?limit=3")).Status);
        Assert.Equal(503, (await remote.PostAsync("""{"type":"trigger","data":{"needle":1}}""")).Status);
        Assert.Equal(200, (await remote.ListAsync()).Status);
    }

    [Fact]
    public async Task A_rule_begins_at_the_nth_match_and_ends_after_its_count()
    {
        await using Remote remote = await Remote.StartAsync(new EmulatorOptions
        {
            Faults = [new FaultRule { Kind = FaultKind.StatusBeforeCommit, Status = 503, Nth = 3, Count = 2 }],
        });

        List<int> seen = [];
        for (int i = 0; i < 6; i++)
        {
            seen.Add((await remote.ListAsync()).Status);
        }

        Assert.Equal([200, 200, 503, 503, 200, 200], seen);
    }

    [Fact]
    public async Task The_same_seed_throws_the_same_dice()
    {
        List<int> one = await RollAsync(seed: 11);
        List<int> two = await RollAsync(seed: 11);
        List<int> other = await RollAsync(seed: 12);

        Assert.Equal(one, two);
        Assert.NotEqual(one, other);
        Assert.InRange(one.Count(status => status == 503), 10, 40);
    }

    [Fact]
    public async Task A_fault_file_sets_knobs_and_faults_for_the_start()
    {
        EmulatorOptions options = FaultFile.Parse(
            """
            {
              // comments are welcome
              "settings": { "maxPageSize": 7, "rateLimit": { "burst": 500 }, "manifest": { "keys": ["k"] } },
              "faults": [ { "kind": "statusBeforeCommit", "status": 503, "verb": "DELETE" }, ],
            }
            """u8.ToArray(),
            new EmulatorOptions());

        Assert.Equal(7, options.Settings.MaxPageSize);
        Assert.Equal(100, options.Settings.MaxModules);
        Assert.Equal((500, 1d), (options.Settings.RateLimit!.Burst, options.Settings.RateLimit.PerSecond));
        Assert.Equal(["k"], options.Settings.Manifest.Keys);
        FaultRule rule = Assert.Single(options.Faults);
        Assert.Equal((1, 1d), (rule.Nth, rule.Probability));
        await using Remote remote = await Remote.StartAsync(options);
        Assert.Equal(503, (await remote.DeleteAsync("x")).Status);
    }

    [Theory]
    [InlineData("""[{"kind":"statusBeforeCommit","stattus":503}]""", "stattus")]
    [InlineData("""[{"kind":"commitLate"}]""", "delayMs")]
    [InlineData("""[{"kind":"hang","path":"("}]""", "path")]
    [InlineData("""[{"kind":"hang","probability":2}]""", "probability")]
    [InlineData("""{"settings":{"maxpages":1}}""", "maxpages")]
    [InlineData("""{"settings":{"maxPageSize":0}}""", "page sizes")]
    [InlineData("""[{"kind":"unheard"}]""", "kind")]
    [InlineData("""[{""", "")]
    public void A_bad_fault_file_says_where_and_why(string text, string named)
    {
        string path = Path.Combine(Path.GetTempPath(), $"faults-{Path.GetRandomFileName()}.json");
        File.WriteAllText(path, text);
        try
        {
            FormatException e = Assert.Throws<FormatException>(() => FaultFile.Load(path, new EmulatorOptions()));
            Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
            Assert.Contains(named, e.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<List<int>> RollAsync(int seed)
    {
        await using Remote remote = await Remote.StartAsync(new EmulatorOptions
        {
            Seed = seed,
            Faults = [new FaultRule { Kind = FaultKind.StatusBeforeCommit, Status = 503, Probability = 0.5 }],
        });
        List<int> seen = [];
        for (int i = 0; i < 50; i++)
        {
            seen.Add((await remote.ListAsync()).Status);
        }

        return seen;
    }
}
