using System.Globalization;
using System.Reflection;
using System.Text;
using Reconciler.Core.Status;

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
    public void Every_constant_is_its_own_name() => Assert.All(Constants, static reason => Assert.Matches("^[A-Z][A-Za-z]+$", reason));

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

    private static string Render()
    {
        var page = new StringBuilder(
            """
            # Failure catalogue

            Generated from `src/Reconciler.Core/Status/ReasonCatalogue.cs`; a test compares both. To rewrite:
            `RECONCILER_REWRITE_GOLDENS=1 dotnet test tests/Reconciler.Core.Tests`.
            Every reason is the reason of a condition (`kubectl get dm`), of one event on the transition, and the label
            `reason` of the metrics.


            """);
        foreach (var entry in ReasonCatalogue.Entries.OrderBy(static entry => entry.Reason, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"## {entry.Reason}\n\n{entry.Meaning}\n\n")
                .Append(CultureInfo.InvariantCulture, $"- Who must act: {Who(entry.Actor)}\n- Fix: {entry.Fix}\n")
                .Append(CultureInfo.InvariantCulture, $"- Event: {(entry.Warning ? "Warning" : "Normal")} `{entry.Reason}`\n")
                .Append(CultureInfo.InvariantCulture, $"- Alert: {(entry.Alert is null ? "none" : $"`{entry.Alert}`")}\n\n");
        }

        return page.ToString().TrimEnd() + "\n";
    }

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
