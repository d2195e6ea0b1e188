using Reconciler.Core.Status;
using Reconciler.TestKit.Processes;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>The alerts ask for what is exposed, are explained, and fire when they should.</summary>
[Collection(MonitoringCollection.Name)]
public sealed class AlertTests(ExposedMetrics exposed)
{
    [Fact]
    public void Each_alert_asks_only_for_series_labels_and_values_that_the_operator_exposes() =>
        Assert.All(MonitoringFiles.ReadAlerts(), alert => Assert.Empty(
            new PromQuery(alert.Expression).UnknownTo(exposed).Select(unknown => $"{alert.Name}: {unknown}")));

    [Theory]
    [InlineData("max(leader_election_master_status{name=\"operator\"}) == 0",
        "leader_election_master_status{name=\"operator\"}")]
    [InlineData("controller_runtime_reconcile_total{controller!=\"module\"}",
        "controller_runtime_reconcile_total{controller=\"module\"}")]
    [InlineData("reconciler_modules{reason=\"Sunk\"}", "reconciler_modules{reason=\"Sunk\"}")]
    [InlineData("reconciler_modules{reason=~\"Missing|Sunk\"}", "reconciler_modules{reason=\"Sunk\"}")]
    [InlineData("reconciler_modules{cause=\"Missing\"}", "reconciler_modules{cause}")]
    public void A_query_for_what_no_label_ever_says_is_found(string query, string unknown) =>
        Assert.Equal([unknown], new PromQuery(query).UnknownTo(exposed));

    [Fact]
    public void Each_reason_is_in_the_query_of_its_alert_unless_it_shows_itself_in_another_series()
    {
        // These alerts ask for time or numbers: whatever the reason, its effect is what they see. StaleSyncTests reach
        // each reason of the first with an operator.
        string[] byEffect = [AlertNames.SyncStale, AlertNames.IntentStuck, AlertNames.QuotaNearlyUsed];
        var alerts = MonitoringFiles.ReadAlerts().ToDictionary(alert => alert.Name, StringComparer.Ordinal);
        foreach (var entry in ReasonCatalogue.Entries.Where(
            entry => entry.Alert is { } alert && !byEffect.Contains(alert)))
        {
            Assert.Matches($"\\b{entry.Reason}\\b", alerts[entry.Alert!].Expression);
        }
    }

    [Fact]
    public void The_rules_and_the_catalogue_are_the_same_alerts_with_the_same_severity_and_page()
    {
        var rules = MonitoringFiles.ReadAlerts()
            .Select(alert => (alert.Name, alert.Severity, alert.RunbookUrl))
            .Order();
        var entries = AlertCatalogue.Entries
            .Select(entry => (
                entry.Name, entry.Severity.ToString().ToLowerInvariant(), $"docs/failures.md#{entry.Anchor}"))
            .Order();
        Assert.Equal(entries, rules);
    }

    [Fact]
    public void A_replica_that_has_gained_the_lease_once_counts_once() => Assert.Contains(
        "\nreconciler_leadership_transitions_total{name=\"reconciler\"} 1\n", exposed.Text, StringComparison.Ordinal);

    [Theory]
    [InlineData(AlertNames.WatchStale, "> 600$", "more than ten minutes")]
    [InlineData(AlertNames.QuotaNearlyUsed, ">= 0[.]8$", "80 %")]
    [InlineData(AlertNames.LeaderFlapping, "[[]1h.{3} > 3$", "more than three times in an hour")]
    [InlineData(AlertNames.PassesFailing, "> 0[.]5$", "More than half")]
    [InlineData(AlertNames.RemoteFailing, "> 0[.]1$", "More than a tenth")]
    public void A_number_in_the_catalogue_is_the_number_of_the_rule(string name, string rule, string meaning)
    {
        Assert.Matches(rule, MonitoringFiles.ReadAlerts().Single(alert => alert.Name == name).Expression);
        Assert.Contains(
            meaning, AlertCatalogue.Entries.Single(entry => entry.Name == name).Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_alert_says_how_long_it_waits_what_is_wrong_and_where_the_page_explains_it()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "docs", "failures.md"));
        Assert.All(MonitoringFiles.ReadAlerts(), alert =>
        {
            // Only what counts over a window of its own needs no patience: one is enough.
            Assert.Matches("^[0-9]+[mh]$", alert.For);
            Assert.Equal(alert.Expression.Contains("increase(", StringComparison.Ordinal), alert.For == "0m");
            Assert.Matches("[.]$", alert.Summary);
            Assert.Contains($"\n### {alert.Name}\n", page, StringComparison.Ordinal);
            Assert.EndsWith(
                $"docs/failures.md#{alert.Name.ToLowerInvariant()}", alert.RunbookUrl, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Promtool_accepts_the_rules_and_every_alert_fires_and_is_silent_as_its_tests_say()
    {
        var promtool = await TestPrograms.PromtoolAsync();
        (await Command.RunAsync(promtool, ["check", "rules", MonitoringFiles.Alerts])).Required();
        (await Command.RunAsync(promtool, ["test", "rules", MonitoringFiles.AlertTests])).Required();
        var tests = File.ReadAllText(MonitoringFiles.AlertTests);
        Assert.All(AlertCatalogue.Entries, entry =>
        {
            Assert.Contains($"- name: {entry.Name} fires\n", tests, StringComparison.Ordinal);
            Assert.Contains($"- name: {entry.Name} is silent\n", tests, StringComparison.Ordinal);
        });
    }
}
