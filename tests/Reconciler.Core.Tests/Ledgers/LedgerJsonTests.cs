using System.Text;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Tests.Ledgers;

public sealed class LedgerJsonTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_ledger_is_written_in_the_shape_of_the_crd()
    {
        var content = ModuleContent.Parse("trigger", """{"endpoint":"e"}""");
        var ledger = new Ledger(new InstallationKey("team-a", "acme"), RemoteApi.ForgeV2)
        {
            ClusterId = "c1",
            Epoch = 2,
            Writer = "pod-1",
            Sequence = 7,
            GenesisRecorded = true,
            GenesisBaseline = new[] { "k0" }.ToOrdinalSet(),
            Entries = new Dictionary<string, LedgerEntry>(StringComparer.Ordinal)
            {
                ["u1"] = new(new ModuleOwner("u1", "team-a", "m"), EntryPhase.Intent, null, new Fingerprint("sha256:f"))
                {
                    Attempt = new Attempt("a1", 1, new Fingerprint("sha256:f"), "b1", Noon.AddMilliseconds(5)),
                },
            }.ToSorted(),
            Batches = new Dictionary<string, Batch>(StringComparer.Ordinal)
            {
                ["b1"] = new(
                    Ordinal.EmptySet,
                    new Dictionary<string, ModuleContent>(StringComparer.Ordinal) { ["a1"] = content }.ToSorted()),
            }.ToSorted(),
            Journal = [new JournalLine(Noon, "u1", "T3", "announced")],
        };

        Assert.Equal(
            """
            {"formatVersion":1,"installationId":"team-a/acme","apiVariant":"ForgeV2","clusterId":"c1","epoch":2,
            "writer":"pod-1","seq":7,"genesisRecorded":true,"genesisBaseline":["k0"],
            "entries":{"u1":{"owner":{"namespace":"team-a","name":"m"},"phase":"Intent","fingerprint":"sha256:f",
            "attempt":{"id":"a1","number":1,"fingerprint":"sha256:f","batch":"b1",
            "openedAt":"2026-03-01T12:00:00.005Z"},
            "deletionPolicy":"Delete"}},
            "batches":{"b1":{"keys":[],"sent":{"a1":{"type":"trigger","data":{"endpoint":"e"}}}}},
            "closedAttempts":[],"orphans":[],"released":[],
            "journalLines":["2026-03-01T12:00:00Z T3 u1 -- announced"]}
            """.Replace("\n", "", StringComparison.Ordinal),
            Encoding.UTF8.GetString(LedgerJson.Write(ledger)));
    }

    /// <summary>A ledger that cannot be read back would hold every module of its installation for ever.</summary>
    [Fact]
    public void The_deepest_content_that_is_accepted_can_be_read_back()
    {
        var depth = CanonicalJson.MaxDepth - 1;
        var content = ModuleContent.Parse(
            "trigger", $$"""{"a":{{new string('[', depth)}}{{new string(']', depth)}}}""");
        var ledger = new Ledger(new InstallationKey("n", "acme"), RemoteApi.ForgeV2)
        {
            Batches = new Dictionary<string, Batch>(StringComparer.Ordinal)
            {
                ["b1"] = new(
                    Ordinal.EmptySet,
                    new Dictionary<string, ModuleContent>(StringComparer.Ordinal) { ["a1"] = content }.ToSorted()),
            }.ToSorted(),
        };

        Assert.True(LedgerJson.TryRead(LedgerJson.Write(ledger), out var read, out var error), error);
        Assert.Equal(content, read!.Batches["b1"].Sent["a1"]);
    }

    [Fact]
    public void Any_ledger_reads_back_as_it_was_written()
    {
        var seed = System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var ledger = Ledgers.Random(random);
            var written = LedgerJson.Write(ledger);

            Assert.True(LedgerJson.TryRead(written, out var read, out var error), $"seed {seed}: {error}");
            Ledgers.AssertEqual(ledger, read!);
            Assert.True(written.AsSpan().SequenceEqual(LedgerJson.Write(read!)), $"seed {seed}: not stable");
        }
    }

    [Theory]
    [InlineData("""{"formatVersion":2,"future":{}}""",
        "the ledger has format version 2, this program reads up to 1: run the version that wrote it, or a later one")]
    [InlineData("""{"formatVersion":0}""",
        "the ledger has format version 0, this program reads up to 1: run the version that wrote it, or a later one")]
    [InlineData("""{}""", "the ledger lacks the field \"formatVersion\"")]
    [InlineData("""[]""", "the ledger must be an object")]
    [InlineData("""{"formatVersion":1,"installationId":"a/b","epoch":1}""", "the ledger lacks the field \"seq\"")]
    [InlineData("""{"formatVersion":1,"installationId":"a","epoch":1,"seq":1}""",
        "the ledger's installationId must be namespace/name")]
    [InlineData("""{"formatVersion":1,"installationId":"a/b","epoch":-1,"seq":1}""",
        "the ledger's epoch must be a whole number of at least 0")]
    [InlineData("""{"formatVersion":1,"installationId":"a/b","epoch":1,"seq":1,"x":1}""",
        "the ledger has the unknown field \"x\"")]
    [InlineData("""{"formatVersion":1,"installationId":"a/b","epoch":1,"seq":1,"orphans":{}}""",
        "the ledger's orphans must be a list")]
    [InlineData(
        """{"formatVersion":1,"installationId":"a/b","epoch":1,"seq":1,"entries":"""
        + """{"u":{"owner":{"namespace":"n","name":"m"},"phase":"1"}}}""",
        "the ledger's entries.u.phase must be one of Intent, Bound, Deleting, not \"1\"")]
    [InlineData(
        """{"formatVersion":1,"installationId":"a/b","epoch":1,"seq":1,"entries":"""
        + """{"u":{"owner":{"namespace":"n","name":"m"},"phase":"Bound"}}}""",
        "the ledger's entries.u is in phase Bound and lacks \"key\"")]
    [InlineData(
        """{"formatVersion":1,"installationId":"a/b","epoch":1,"seq":1,"entries":"""
        + """{"u":{"owner":{"namespace":"n","name":"m"},"phase":"Intent"}}}""",
        "the ledger's entries.u is in phase Intent and lacks \"attempt\"")]
    [InlineData(
        """{"formatVersion":1,"installationId":"a/b","epoch":1,"seq":1,"orphans":"""
        + """[{"key":"k","reason":"r","since":"yesterday"}]}""",
        "the ledger's orphans[0].since must be an RFC 3339 time")]
    [InlineData(
        """{"formatVersion":1,"installationId":"a/b","epoch":1,"seq":1,"batches":"""
        + """{"b":{"sent":{"a":{"type":"t","data":[]}}}}}""",
        "the ledger's batches.b.sent.a.data cannot be used: expected a JSON object, found an array")]
    public void A_ledger_that_cannot_be_used_is_refused_with_the_field(string stored, string expected)
    {
        Assert.False(LedgerJson.TryRead(Encoding.UTF8.GetBytes(stored), out var ledger, out var error));
        Assert.Null(ledger);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void A_torn_file_is_refused() =>
        Assert.False(LedgerJson.TryRead("{\"formatVersion\":1,"u8.ToArray(), out _, out _));

    [Fact]
    public void A_former_journal_is_read_with_whatever_fields_its_lines_have()
    {
        const string stored = """
            {"formatVersion":1,"installationId":"a/b","epoch":1,"seq":1,
             "journal":[{"time":"2026-03-01T12:00:00Z","uid":"u","rule":"T5","message":"m","inputs":{"candidates":2}}],
             "journalLines":["2026-03-01T13:00:00Z T6 u -- later"]}
            """;

        Assert.True(LedgerJson.TryRead(Encoding.UTF8.GetBytes(stored), out var ledger, out var error), error);
        Assert.Equal(["T5", "T6"], ledger!.Journal.Select(line => line.Rule));
        Assert.Equal("2", ledger.Journal[0].Inputs["candidates"]);
        Assert.DoesNotContain(
            "\"journal\":", Encoding.UTF8.GetString(LedgerJson.Write(ledger)), StringComparison.Ordinal);
    }
}
