using System.Text.RegularExpressions;

namespace Reconciler.HouseRules;

/// <summary>The image builds from what its Dockerfile copies and .dockerignore lets through, and fits the
/// chart.</summary>
public sealed partial class ImageTests
{
    // MSBuild, NuGet and the analyzers find these by their names alone: no project mentions them. Without .editorconfig
    // the analyzers take their defaults, and the build of the image ends with hundreds of errors.
    private static readonly string[] FoundByName =
    [
        ".editorconfig", "global.json", "Directory.Build.props", "Directory.Build.targets", "Directory.Build.rsp",
        "Directory.Packages.props", "NuGet.config", "nuget.config", "NuGet.Config",
    ];

    private static readonly string Dockerfile = Repository.ReadText("deploy/Dockerfile");

    private static IEnumerable<string> Sources =>
        Copy().Matches(Dockerfile)
            .SelectMany(static copy => copy.Groups["sources"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void The_Dockerfile_copies_only_what_exists_and_reaches_the_builder()
    {
        var breaches = new Breaches("correct the COPY lines of deploy/Dockerfile, and .dockerignore with them.");
        var ignored = new DockerIgnore(Repository.ReadText(".dockerignore"));
        foreach (var source in Sources)
        {
            breaches.AddIf(
                !Path.Exists(Path.Combine(Repository.Root, source)), "deploy/Dockerfile", $"copies {source}");
            breaches.AddIf(ignored.LeavesOut(source.TrimEnd('/')), ".dockerignore", $"leaves out {source}");
        }

        foreach (var source in Repository.Sources)
        {
            breaches.AddIf(ignored.LeavesOut(source.Path), ".dockerignore", $"leaves out {source}");
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void The_Dockerfile_restores_every_project_by_its_lock_file_and_copies_what_the_build_finds_by_name()
    {
        var breaches = new Breaches("add a COPY line to deploy/Dockerfile.");
        var sources = Sources.ToHashSet(StringComparer.Ordinal);
        foreach (var project in Repository.Files("src", "*.csproj"))
        {
            var lockFile = $"{Path.GetDirectoryName(project)}/packages.lock.json";
            breaches.AddIf(!sources.Contains(project), project, "is not restored there");
            breaches.AddIf(!sources.Contains(lockFile), lockFile, "does not lock that restore");
        }

        foreach (var file in FoundByName.Where(static file => Path.Exists(Path.Combine(Repository.Root, file))))
        {
            breaches.AddIf(!sources.Contains(file), file, "is not there when the image is built");
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void Little_else_reaches_the_builder()
    {
        var ignored = new DockerIgnore(Repository.ReadText(".dockerignore"));
        string[] needless =
        [
            ".git/HEAD", "artifacts/bin/reconciler", "bench/README.md", "deploy/Dockerfile", "docs/install.md",
            "README.md",
            "src/Reconciler.Core/bin/a.dll", "src/Reconciler.Core/obj/project.assets.json", "templates/deployment.yaml",
            "tests/Directory.Build.props",
        ];
        Assert.All(needless, path => Assert.True(ignored.LeavesOut(path), path));
    }

    // A builder runs these lines by /bin/sh, which is dash on the SDK's base: "Bad substitution" ends the build.
    [Fact]
    public void The_Dockerfile_asks_its_shell_for_nothing_that_only_bash_has() =>
        Assert.DoesNotMatch(@"(?m)^RUN .*(\$\{\w+(/|,|\^|:[0-9])|\[\[|<\(|<<<)", Dockerfile);

    [Fact]
    public void The_image_runs_as_the_user_that_the_chart_sets_and_has_no_shell()
    {
        var user = User().Match(Dockerfile).Groups["id"].Value;
        Assert.Contains($"runAsUser: {user}\n", Repository.ReadText("values.yaml"), StringComparison.Ordinal);
        Assert.Contains(
            $"runAsUser: {user}\n", Repository.ReadText("deploy/kind/emulator.yaml"), StringComparison.Ordinal);
        Assert.Matches(@"(?m)^FROM \S+-chiseled$", Dockerfile);
        Assert.DoesNotContain("ADD ", Dockerfile, StringComparison.Ordinal);
        Assert.DoesNotContain(":latest", Dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void The_image_exposes_the_ports_of_the_chart()
    {
        var values = Repository.ReadText("values.yaml");
        var metrics = MetricsPort().Match(values).Groups["port"].Value;
        var health = HealthPort().Match(values).Groups["port"].Value;
        Assert.Contains($"\nEXPOSE {metrics} {health}\n", Dockerfile, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^COPY (?!--from)(?<sources>.+) \S+$", RegexOptions.Multiline)]
    private static partial Regex Copy();

    [GeneratedRegex("^USER (?<id>[0-9]+):", RegexOptions.Multiline)]
    private static partial Regex User();

    [GeneratedRegex(@"^metrics:\n(?:  .*\n)*?  port: (?<port>[0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex MetricsPort();

    [GeneratedRegex("^healthPort: (?<port>[0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex HealthPort();
}
