using System.Text.RegularExpressions;

namespace Reconciler.HouseRules;

/// <summary>Who may reference whom (docs/ARCHITECTURE.md). Assemblies by csproj, folders by their usings.</summary>
public sealed partial class DirectionTests
{
    private static readonly Dictionary<string, string[]> AllowedReferences = new(StringComparer.Ordinal)
    {
        ["Reconciler.Core"] = [],
        ["Reconciler.Kubernetes"] = [],
        ["Reconciler.Emulator"] = [],
        ["Reconciler.Atlassian"] = ["Reconciler.Core"],
        ["Reconciler.Operator"] =
            ["Reconciler.Core", "Reconciler.Kubernetes", "Reconciler.Atlassian", "Reconciler.Emulator"],

        // Tests see what they test, the kit and, where a remote is needed, the emulator; the simulation, the end-to-end
        // tests and the benchmarks compose the whole. The kit and these rules know nothing of ours.
        ["Reconciler.TestKit"] = [],
        ["Reconciler.HouseRules"] = [],
        ["Reconciler.Core.Tests"] = ["Reconciler.Core", "Reconciler.TestKit"],
        ["Reconciler.Kubernetes.Tests"] = ["Reconciler.Kubernetes", "Reconciler.TestKit"],
        ["Reconciler.Emulator.Tests"] = ["Reconciler.Emulator", "Reconciler.TestKit"],
        ["Reconciler.Atlassian.Tests"] = ["Reconciler.Atlassian", "Reconciler.Emulator", "Reconciler.TestKit"],
        ["Reconciler.Operator.Tests"] = ["Reconciler.Operator", "Reconciler.Emulator", "Reconciler.TestKit"],
        ["Reconciler.Simulation"] = ["Reconciler.Operator", "Reconciler.TestKit"],
        ["Reconciler.EndToEnd.Tests"] = ["Reconciler.Operator", "Reconciler.TestKit"],
        ["Reconciler.Bench"] = ["Reconciler.Operator", "Reconciler.Kubernetes", "Reconciler.TestKit"],
    };

    /// <summary>Folder → namespaces of other projects and of libraries that it must never use, and why. Between the
    /// folders of one project: <see cref="FolderTests"/>.</summary>
    private static readonly (string Folder, string Namespace, string Why)[] ForbiddenUsings =
    [
        ("src/Reconciler.Operator/Control", "Reconciler.Emulator", "only Commands may start the emulator"),
        ("src/Reconciler.Operator/Intake", "Reconciler.Emulator", "only Commands may start the emulator"),
        ("src/Reconciler.Operator/Console", "Reconciler.Emulator", "only Commands may start the emulator"),
        ("src/Reconciler.Operator/Hosting", "Reconciler.Emulator", "only Commands may start the emulator"),
        ("src/Reconciler.Operator/Migration", "Reconciler.Emulator", "only Commands may start the emulator"),
        ("src/Reconciler.Operator/Rendering", "Reconciler.Emulator", "only Commands may start the emulator"),
        ("src/Reconciler.Operator/Resources", "Reconciler.Emulator", "only Commands may start the emulator"),
        ("src/Reconciler.Operator/Console", "Reconciler.Atlassian", "the console calls no remote"),
        ("src/Reconciler.Operator/Rendering", "Reconciler.Atlassian", "views call no remote"),
        ("src/Reconciler.Operator/Rendering", "Reconciler.Kubernetes", "views see plans, not a cluster"),
        ("src/Reconciler.Operator/Control", "System.CommandLine", "control knows no command line"),
        ("src/Reconciler.Operator/Hosting", "System.CommandLine", "hosts take options, not arguments"),
        ("src/Reconciler.Core/Planning", "System.Net", "planning is pure"),
        ("src/Reconciler.Core/Planning", "System.Threading.Tasks", "planning is pure"),
    ];

    [Fact]
    public void Projects_reference_only_what_the_architecture_allows()
    {
        var breaches = new Breaches("remove the reference, or change docs/ARCHITECTURE.md and this table together.");
        foreach (var path in ((string[])["src", "tests", "bench"]).SelectMany(
            static folder => Repository.Files(folder, "*.csproj")))
        {
            var allowed = AllowedReferences.GetValueOrDefault(Path.GetFileNameWithoutExtension(path));
            breaches.AddIf(allowed is null, path, "has no row");
            foreach (Match reference in ProjectReference().Matches(Repository.ReadText(path)))
            {
                var target = Path.GetFileNameWithoutExtension(reference.Groups[1].Value);
                breaches.AddIf(allowed?.Contains(target) != true, path, $"references {target}");
            }
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void Core_has_no_package_of_its_own() =>
        Assert.DoesNotContain("PackageReference", Repository.ReadText("src/Reconciler.Core/Reconciler.Core.csproj"));

    [Fact]
    public void Folders_use_only_the_namespaces_they_may_see()
    {
        var breaches = new Breaches("move the code to the side that may see both.");
        foreach (var (folder, forbidden, why) in ForbiddenUsings)
        {
            foreach (var file in Repository.Sources.Where(
                file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal)))
            {
                breaches.AddIf(new Imports(file.Lines).Name(forbidden), file.Path, $"uses {forbidden}: {why}");
            }
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void The_planner_knows_no_clock_no_task_and_no_log()
    {
        var breaches = new Breaches("pass the value in: planning is a pure function.");
        const string Planning = "src/Reconciler.Core/Planning/";
        foreach (var file in Repository.Sources.Where(file => file.Path.StartsWith(Planning, StringComparison.Ordinal)))
        {
            foreach (var (line, number) in file.Lines.Select(static (line, index) => (line, index + 1)))
            {
                breaches.AddIf(Impure().IsMatch(Code(line)), $"{file.Path}:{number}", line.Trim());
            }
        }

        breaches.ShouldBeNone();
    }

    private static string Code(string line) => line.Split("//")[0];

    [GeneratedRegex("<ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"\b(async|await|Task<|Task |ILogger|TimeProvider|GetUtcNow|Random)\b")]
    private static partial Regex Impure();
}
