using System.Globalization;
using System.Reflection;
using System.Text;
using Reconciler.Core.Status;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Tests.Status;

public sealed class ReasonCatalogueTests
{
    private static readonly string[] Constants =
    [
        .. typeof(Reasons).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(static field => field.IsLiteral).Select(static field => (string)field.GetRawConstantValue()!),
    ];

    [Fact]
    public void Every_reason_has_exactly_one_row() =>
        Assert.Equal(
            Constants.Order(StringComparer.Ordinal),
            ReasonCatalogue.Entries.Select(static entry => entry.Reason).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_constant_is_its_own_name() =>
        Assert.All(Constants, static reason => Assert.Matches("^[A-Z][A-Za-z]+$", reason));

    [Fact]
    public void Docs_failures_is_what_the_catalogue_says()
    {
        var path = Path.Combine(FindRoot(), "docs", "failures.md");
        var expected = Render();
        if (Environment.GetEnvironmentVariable("RECONCILER_REWRITE_GOLDENS") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(path));
    }

    [Fact]
    public void Every_reason_that_needs_a_person_has_an_alert_unless_it_is_meant() => Assert.All(
        ReasonCatalogue.Entries.Where(static entry => entry.Actor != Actor.Nobody),
        // Suspended was asked for; NotAsDocumented is advice, the data is sent.
        static entry => Assert.True(
            entry.Alert is not null || entry.Reason is Reasons.Suspended or Reasons.NotAsDocumented, entry.Reason));

    [Fact]
    public void Every_cell_of_a_row_is_filled_and_every_alert_is_explained() => Assert.All(
        ReasonCatalogue.Entries,
        static entry =>
        {
            Assert.All([entry.Meaning, entry.Fix, entry.Metric], Assert.NotEmpty);
            Assert.Contains(
                $"\"{(entry.HasEvent ? entry.Reason : "DataWarning")}\"", entry.Metric, StringComparison.Ordinal);
            Assert.True(
                entry.Alert is null || AlertCatalogue.Entries.Any(alert => alert.Name == entry.Alert), entry.Alert);
        });

    [Fact]
    public void Every_alert_is_explained_once()
    {
        var names = typeof(AlertNames).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(static field => (string)field.GetRawConstantValue()!);
        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            AlertCatalogue.Entries.Select(static entry => entry.Name).Order(StringComparer.Ordinal));
    }

    private static string Render()
    {
        var page = new StringBuilder(
            """
            # Failure catalogue

            Generated from `src/Reconciler.Core/Status/ReasonCatalogue.cs` and
            `src/Reconciler.Core/Status/AlertCatalogue.cs`; a test compares them. To rewrite:
            `RECONCILER_REWRITE_GOLDENS=1 dotnet test tests/Reconciler.Core.Tests`.
            Every reason is the reason of a condition (`kubectl get dm`), of one event on the transition, and the label
            `reason` of the metrics: `reconciler_modules` counts modules by it, `reconciler_installation_reason` and
            `reconciler_installations` tell it of installations. The last column is the runbook: where `runbook_url`
            of the alert leads, and what to do.

            | reason | who must act | event | metric | alert | runbook |
            |---|---|---|---|---|---|

            """);
        var entries = ReasonCatalogue.Entries.OrderBy(static entry => entry.Reason, StringComparer.Ordinal).ToList();
        foreach (var entry in entries)
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{entry.Reason}` | {Who(entry.Actor)} | {EventOf(entry)} ")
                .Append(CultureInfo.InvariantCulture, $"| `{entry.Metric}` | {AlertOf(entry)} ")
                .Append(CultureInfo.InvariantCulture, $"| [{entry.Reason}](#{entry.Anchor}) |\n");
        }

        page.Append('\n');
        foreach (var entry in entries)
        {
            page.Append(CultureInfo.InvariantCulture, $"## {entry.Reason}\n\n{entry.Meaning}\n\n")
                .Append(CultureInfo.InvariantCulture, $"- Who must act: {Who(entry.Actor)}\n- Fix: {entry.Fix}\n")
                .Append(CultureInfo.InvariantCulture, $"- Event: {EventOf(entry)}\n- Metric: `{entry.Metric}`\n")
                .Append(CultureInfo.InvariantCulture, $"- Alert: {AlertOf(entry)}\n\n");
        }

        page.Append("## Alerts\n\n`deploy/monitoring/alerts.yaml`, in order of what they are about.\n\n");
        foreach (var alert in AlertCatalogue.Entries)
        {
            page.Append(CultureInfo.InvariantCulture, $"### {alert.Name}\n\n{alert.Meaning}\n\n")
                .Append(CultureInfo.InvariantCulture, $"- Severity: {alert.Severity.ToString().ToLowerInvariant()}\n")
                .Append(CultureInfo.InvariantCulture, $"- First: {alert.FirstStep}\n{Of(alert)}\n");
        }

        return page.ToString().TrimEnd() + "\n";
    }

    private static string Of(AlertEntry alert)
    {
        var reasons = ReasonCatalogue.Entries.Where(entry => entry.Alert == alert.Name)
            .Select(static entry => $"[{entry.Reason}](#{entry.Anchor})").ToList();
        return reasons.Count == 0 ? "" : $"- Reasons: {string.Join(", ", reasons)}\n";
    }

    private static string EventOf(ReasonEntry entry) =>
        entry.HasEvent ? $"{(entry.Warning ? "Warning" : "Normal")} `{entry.Reason}`" : "none";

    private static string AlertOf(ReasonEntry entry) =>
        entry.Alert is { } alert ? $"[{alert}](#{alert.ToLowerInvariant()})" : "none";

    private static string Who(Actor actor) => actor switch
    {
        Actor.Nobody => "nobody, it resolves itself",
        Actor.ModuleAuthor => "the author of the DynamicModule",
        Actor.InstallationOwner => "the owner of the Installation",
        Actor.ClusterAdmin => "the cluster administrator",
        _ => throw new ArgumentOutOfRangeException(nameof(actor)),
    };

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Reconciler.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
