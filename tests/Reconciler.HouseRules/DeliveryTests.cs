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

    [GeneratedRegex("uses: (?<action>.+)")]
    private static partial Regex Uses();

    [GeneratedRegex(@"^[\w-]+/[\w./-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"^    runs-on:", RegexOptions.Multiline)]
    private static partial Regex Jobs();

    [GeneratedRegex(@"run: (\|\n( {10}[^\n]*\n)*? {10})?[^\n]*\$\{\{", RegexOptions.ExplicitCapture)]
    private static partial Regex Injection();
}
