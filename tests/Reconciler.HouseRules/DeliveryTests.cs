using System.Text.RegularExpressions;

namespace Reconciler.HouseRules;

/// <summary>What builds and ships the product on a server: the workflows.</summary>
public sealed partial class DeliveryTests
{
    [Fact]
    public void Workflows_pin_actions_and_ask_for_no_more_than_they_need()
    {
        var breaches = new Breaches(
            "pin the commit of a release and name it, as a tag can be moved (`uses: owner/name@<40 hex> # v1.2.3`); "
            + "grant `contents: read` at the top and more only in the job that needs it.");
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

    [Fact]
    public void All_that_a_release_pushes_is_signed_and_the_page_on_installing_says_how_to_verify_it()
    {
        const string workflow = ".github/workflows/release.yml";
        var release = Repository.ReadText(workflow);
        var page = Repository.ReadText("docs/install.md");
        var pushes = Regex.Count(release, "(?m)^ +(push: true|helm push .*)$");

        Assert.Equal(2, pushes);
        Assert.Equal(pushes, Regex.Count(release, "cosign sign --yes"));
        Assert.Equal(pushes, Regex.Count(page, "(?m)^cosign verify .* --certificate-identity \"[$]identity\""));
        Assert.Contains($"/OWNER/REPOSITORY/{workflow}@refs/tags/v", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_carries_an_SBOM_and_its_provenance_and_is_signed_by_its_digest()
    {
        var release = Repository.ReadText(".github/workflows/release.yml");
        Assert.Matches(@"\non:\n  push: \{ tags: \[""v\*\.\*\.\*""\] \}\n", release);
        AssertInOrder(
            release,
            "      id-token: write ",
            "      - id: build\n        uses: docker/build-push-action@",
            "          push: true\n          sbom: true\n          provenance: mode=max\n",
            "      - uses: sigstore/cosign-installer@",
            "      - run: cosign sign --yes \"$IMAGE@$DIGEST\"\n",
            "          DIGEST: ${{ steps.build.outputs.digest }}\n",
            "          helm push \"reconciler-$VERSION.tgz\" ");
    }

    [Fact]
    public void Fresh_seeds_run_each_night_and_thousands_of_them()
    {
        var nightly = Repository.ReadText(".github/workflows/nightly.yml");
        AssertInOrder(
            nightly,
            "\non:\n  schedule: [{ cron: ",
            "          dotnet run --project tests/Reconciler.Simulation -c Release -- --fresh \"$SEEDS\"\n",
            "          dotnet run --project tests/Reconciler.Simulation -c Release -- --stops --fresh ");
        var seeds = NightlySeeds().Match(nightly).Groups["count"].Value;
        Assert.True(int.TryParse(seeds, out var count) && count >= 10_000, $"SEEDS is '{seeds}' where nobody is asked");
    }

    [Fact]
    public void Every_push_runs_all_tests_the_shipped_program_the_image_and_the_genuine_API_server()
    {
        var ci = Repository.ReadText(".github/workflows/ci.yml");
        AssertInOrder(
            ci,
            "\non:\n  push: { branches: [main] }\n  pull_request:\n",
            "      - run: ./.ci/run\n",
            "          deploy/publish.sh linux-x64 ",
            "      - run: docker run --rm --read-only --tmpfs /tmp --network none --cap-drop ALL reconciler:ci demo\n",
            "          platforms: linux/amd64,linux/arm64\n",
            "          echo \"KUBEBUILDER_ASSETS=$assets\" >> \"$GITHUB_ENV\"\n",
            "          dotnet test tests/Reconciler.EndToEnd.Tests \\\n            --filter '"
            + "FullyQualifiedName~ChartOnServer|FullyQualifiedName~CrdTests");
        Assert.EndsWith("\n./test.sh\n", Repository.ReadText(".ci/run"), StringComparison.Ordinal);

        // A filter that fits nothing passes.
        Assert.All(["Charts/ChartOnServerTests.cs", "CrdTests/CrdSchemaTests.cs"], path => Assert.Contains(
            Repository.Tests, file => file.Path == $"tests/Reconciler.EndToEnd.Tests/{path}"));
    }

    // Whole lines from their beginning, so that none is behind the sign of a comment.
    private static void AssertInOrder(string text, params string[] lines)
    {
        var at = 0;
        foreach (var line in lines)
        {
            var found = text.IndexOf(line, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"missing, or not in its place: {line}");
            Assert.True(text[found] == '\n' || text[found - 1] == '\n', $"not at the beginning: {line}");
            at = found + line.Length;
        }
    }

    [GeneratedRegex("uses: (?<action>.+)")]
    private static partial Regex Uses();

    [GeneratedRegex(@"^[\w-]+/[\w./-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"^    runs-on:", RegexOptions.Multiline)]
    private static partial Regex Jobs();

    [GeneratedRegex(@"\n          SEEDS: \$\{\{ inputs\.seeds \|\| '(?<count>[0-9]+)' \}\}\n")]
    private static partial Regex NightlySeeds();

    [GeneratedRegex(@"run: (\|\n( {10}[^\n]*\n)*? {10})?[^\n]*\$\{\{", RegexOptions.ExplicitCapture)]
    private static partial Regex Injection();
}
