using System.Reflection;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Tests.Ledgers;

public sealed class RuleCatalogueTests
{
    [Fact]
    public void Every_rule_id_has_exactly_one_row()
    {
        var ids = typeof(RuleIds).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(
            ids.Order(StringComparer.Ordinal),
            RuleCatalogue.Entries.Select(entry => entry.Rule).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_table_in_the_docs_is_the_one_in_code()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Reconciler.sln")))
        {
            directory = directory.Parent!;
        }

        var docs = File.ReadAllText(Path.Combine(directory.FullName, "docs", "protocol-internals.md"));

        Assert.Contains(RuleCatalogue.ToMarkdown(), docs, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_keeps_its_inputs_in_the_stored_form()
    {
        var ledger = new Ledger(new("team-a", "acme"), RemoteApi.ForgeV2).Note(
            DateTimeOffset.UnixEpoch, "uid-1", RuleIds.Absent, "not there", ("number", 2), ("baseline", 12),
            ("age", TimeSpan.FromSeconds(125.5)), ("quietFor", null));

        Assert.True(LedgerJson.TryRead(LedgerJson.Write(ledger), out var read, out _));

        Assert.Equal(
            ["age=125.5s", "baseline=12", "number=2"],
            read!.Journal[^1].Inputs.Select(input => $"{input.Key}={input.Value}"));
    }
}
