using System.Text.RegularExpressions;

namespace Reconciler.HouseRules;

/// <summary>What builds and ships the product: the Dockerfile and the workflows.</summary>
public sealed partial class DeliveryTests
{
    private static readonly string Dockerfile = Repository.ReadText("deploy/Dockerfile");

    [Fact]
    public void The_Dockerfile_copies_only_what_exists_and_restores_every_project()
    {
        var breaches = new Breaches("correct the COPY lines of deploy/Dockerfile, and .dockerignore with them.");
        foreach (Match copy in Copy().Matches(Dockerfile))
        {
            foreach (var source in copy.Groups["sources"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                breaches.AddIf(
                    !Path.Exists(Path.Combine(Repository.Root, source)), "deploy/Dockerfile", $"copies {source}");
            }
        }

        foreach (var project in Repository.Files("src", "*.csproj"))
        {
            breaches.AddIf(!Dockerfile.Contains(project, StringComparison.Ordinal), project, "is not restored there");
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void The_image_runs_as_the_user_that_the_chart_sets_and_has_no_shell()
    {
        var user = User().Match(Dockerfile).Groups["id"].Value;
        Assert.Contains($"runAsUser: {user}\n", Repository.ReadText("values.yaml"), StringComparison.Ordinal);
        Assert.Matches(@"(?m)^FROM \S+-chiseled$", Dockerfile);
        Assert.DoesNotContain("ADD ", Dockerfile, StringComparison.Ordinal);
        Assert.DoesNotContain(":latest", Dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void Workflows_pin_actions_and_ask_for_no_more_than_they_need()
    {
        var breaches = new Breaches(
            "pin a major version; grant `contents: read` at the top and more only in the job that needs it.");
        foreach (var path in Repository.Files(".github/workflows", "*.yml"))
        {
            var text = Repository.ReadText(path);
            breaches.AddIf(
                !text.Contains("\npermissions:\n  contents: read\n", StringComparison.Ordinal), path, "no permissions");
            breaches.AddIf(
                text.Contains("pull_request_target", StringComparison.Ordinal), path,
                "runs strangers' code with secrets");
            foreach (Match uses in Uses().Matches(text))
            {
                breaches.AddIf(
                    !Pinned().IsMatch(uses.Groups["action"].Value), path, $"uses {uses.Groups["action"].Value}");
            }

            foreach (var job in Jobs().Split(text).Skip(1))
            {
                breaches.AddIf(
                    !job.Contains("timeout-minutes:", StringComparison.Ordinal), path, "a job without a timeout");
            }

            // What the event says is data: it reaches a script by the environment, never by its text.
            breaches.AddIf(Injection().IsMatch(text), path, "an expression inside a script");
        }

        breaches.ShouldBeNone();
    }

    [GeneratedRegex(@"^COPY (?!--from)(?<sources>.+) \S+$", RegexOptions.Multiline)]
    private static partial Regex Copy();

    [GeneratedRegex("^USER (?<id>[0-9]+):", RegexOptions.Multiline)]
    private static partial Regex User();

    [GeneratedRegex(@"uses: (?<action>\S+)")]
    private static partial Regex Uses();

    [GeneratedRegex(@"^[\w-]+/[\w./-]+@(v[0-9]+|[0-9a-f]{40})$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"^    runs-on:", RegexOptions.Multiline)]
    private static partial Regex Jobs();

    [GeneratedRegex(@"run: [^\n]*\$\{\{")]
    private static partial Regex Injection();
}
