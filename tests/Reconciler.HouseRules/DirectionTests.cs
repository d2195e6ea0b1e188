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
        ["Reconciler.TestKit"] = [],
    };

    /// <summary>Folder → namespaces it must never use, and why.</summary>
    private static readonly (string Folder, string Namespace, string Why)[] ForbiddenUsings =
    [
        ("src/Reconciler.Operator/Control", "Reconciler.Operator.Commands", "control knows no command line"),
        ("src/Reconciler.Operator/Control", "Reconciler.Operator.Rendering", "control renders nothing"),
        ("src/Reconciler.Operator/Control", "Reconciler.Emulator", "only Commands may start the emulator"),
        ("src/Reconciler.Operator/Control", "Reconciler.Operator.Intake", "control sees IDeliveredTokens only"),
        ("src/Reconciler.Operator/Intake", "Reconciler.Operator.Commands", "the intake knows no command line"),
        ("src/Reconciler.Operator/Intake", "Reconciler.Operator.Hosting", "hosts compose the intake, not the reverse"),
        ("src/Reconciler.Operator/Intake", "Reconciler.Operator.Rendering", "the intake renders nothing"),
        ("src/Reconciler.Operator/Intake", "Reconciler.Emulator", "only Commands may start the emulator"),
        ("src/Reconciler.Operator/Resources", "Reconciler.Operator.Intake", "shapes know no behaviour"),
        ("src/Reconciler.Operator/Control", "Reconciler.Operator.Console", "control shows nothing"),
        ("src/Reconciler.Operator/Console", "Reconciler.Operator.Commands", "the console knows no command line"),
        ("src/Reconciler.Operator/Console", "Reconciler.Operator.Hosting",
            "hosts compose the console, not the reverse"),
        ("src/Reconciler.Operator/Console", "Reconciler.Operator.Intake", "the console shows no token's way"),
        ("src/Reconciler.Operator/Console", "Reconciler.Atlassian", "the console calls no remote"),
        ("src/Reconciler.Operator/Console", "Reconciler.Emulator", "only Commands may start the emulator"),
        ("src/Reconciler.Operator/Hosting", "Reconciler.Emulator", "only Commands may start the emulator"),
        ("src/Reconciler.Operator/Hosting", "Reconciler.Operator.Commands", "commands compose hosts, not the reverse"),
        ("src/Reconciler.Operator/Resources", "Reconciler.Operator.Control", "shapes know no behaviour"),
        ("src/Reconciler.Operator/Resources", "Reconciler.Operator.Commands", "shapes know no behaviour"),
        ("src/Reconciler.Operator/Rendering", "Reconciler.Operator.Control", "views see plans only"),
        ("src/Reconciler.Operator/Migration", "Reconciler.Operator.Commands",
            "commands start migrations, not the reverse"),
        ("src/Reconciler.Operator/Migration", "Reconciler.Operator.Rendering",
            "a migration tells a watcher, it renders nothing"),
        ("src/Reconciler.Operator/Migration", "Reconciler.Operator.Control", "a migration runs without a cluster"),
        ("src/Reconciler.Core/Planning", "System.Net", "planning is pure"),
        ("src/Reconciler.Core/Planning", "System.Threading.Tasks", "planning is pure"),
        ("src/Reconciler.Core/Modules", "Reconciler.Core.Planning", "nouns know no decisions"),
        ("src/Reconciler.Core/Planning", "Reconciler.Core.Execution", "decisions know no execution"),
    ];

    [Fact]
    public void Projects_reference_only_what_the_architecture_allows()
    {
        var breaches = new Breaches("remove the reference, or change docs/ARCHITECTURE.md and this table together.");
        foreach (var path in Repository.Files("src", "*.csproj")
            .Append("tests/Reconciler.TestKit/Reconciler.TestKit.csproj"))
        {
            var project = Path.GetFileNameWithoutExtension(path);
            foreach (Match reference in ProjectReference().Matches(Repository.ReadText(path)))
            {
                var target = Path.GetFileNameWithoutExtension(reference.Groups[1].Value);
                breaches.AddIf(!AllowedReferences[project].Contains(target), path, $"references {target}");
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
                var broken = file.Lines.Any(line => UsesNamespace(line, forbidden));
                breaches.AddIf(broken, file.Path, $"uses {forbidden}: {why}");
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

    private static bool UsesNamespace(string line, string forbidden) =>
        line.StartsWith($"using {forbidden};", StringComparison.Ordinal)
        || line.StartsWith($"using {forbidden}.", StringComparison.Ordinal);

    private static string Code(string line) => line.Split("//")[0];

    [GeneratedRegex("<ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"\b(async|await|Task<|Task |ILogger|TimeProvider|GetUtcNow|Random)\b")]
    private static partial Regex Impure();
}
