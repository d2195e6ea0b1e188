using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>What the chart renders, what it packs, and what its schema refuses. No cluster.</summary>
public sealed class ChartGoldenTests
{
    public static TheoryData<string> Cases => ChartCase.All();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_case_renders_what_its_golden_says(string name)
    {
        var of = new ChartCase(name);
        var text = await Chart.RenderAsync(of);
        foreach (var (file, columns) in (ReadOnlySpan<(string, int)>)[("alerts.yaml", 2), ("dashboard.json", 4)])
        {
            text = Elide(text, file, columns);
        }

        await GoldenFile.AssertEqualAsync(of.Golden, text);
    }

    // What is taken over as it is has a home of its own and would only be there twice.
    private static string Elide(string text, string file, int columns)
    {
        var lines = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "deploy", "monitoring", file))
            .Trim().Split('\n');
        var indent = new string(' ', columns);
        return text.Replace(
            string.Join('\n', lines.Select(line => indent + line)), $"{indent}(deploy/monitoring/{file})",
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("replicas=two", "at '/replicas': got string, want integer")]
    [InlineData("replica=2", "additional properties 'replica' not allowed")]
    [InlineData("log.format=xml", "at '/log/format': value must be one of 'auto', 'json', 'text'")]
    [InlineData("shutdownGrace=soon", "at '/shutdownGrace': 'soon' does not match pattern")]
    [InlineData("watchNamespaces=team-a", "at '/watchNamespaces': got string, want array")]
    [InlineData("metrics.port=80", "at '/metrics/port': minimum: got 80, want 1,024")]
    [InlineData("forgeRemote.appIds=[app]", "at '/forgeRemote/appIds/0': 'app' does not match pattern")]
    [InlineData("forgeRemote.jwksUrl=http://keys.example.com", "at '/forgeRemote/jwksUrl'")]
    [InlineData("forgeRemote.discovery.template.spec.credentials.x=1", "at '/forgeRemote/discovery/template/spec'")]
    [InlineData("uninstall.policy=Delete", "at '/uninstall/policy': value must be one of 'Refuse', 'Orphan', 'Ignore'")]
    [InlineData("metrics.prometheusRule.runbookUrl=runbook",
        "at '/metrics/prometheusRule/runbookUrl': 'runbook' does not match")]
    [InlineData("image.digest=latest", "at '/image/digest': 'latest' does not match pattern")]
    public async Task The_schema_refuses_a_bad_value_and_says_where(string set, string expected)
    {
        var result = await Chart.TryRenderAsync("-set", set);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("more than one replica needs leaderElection.enabled", "replicas=2", "leaderElection.enabled=false")]
    [InlineData("forgeRemote.appIds is empty", "forgeRemote.enabled=true")]
    [InlineData("would make Installations in namespace tokens, which watchNamespaces does not serve",
        "forgeRemote.enabled=true",
        "forgeRemote.appIds=[ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa]",
        "forgeRemote.discovery.enabled=true", "forgeRemote.tokenNamespace=tokens", "watchNamespaces=[team-a]")]
    [InlineData("serviceAccount.name is needed", "serviceAccount.create=false")]
    [InlineData("metrics.serviceMonitor needs metrics.service",
        "metrics.serviceMonitor.enabled=true", "metrics.service.enabled=false")]
    [InlineData("terminationGracePeriodSeconds must exceed", "shutdownGrace=2m")]
    [InlineData("remotes.caFile lies below /etc/reconciler/ca/, where customCA mounts",
        "remotes.caFile=/etc/reconciler/ca/x.pem")]
    public async Task Values_that_do_not_fit_together_are_refused_with_the_fix(string expected, params string[] sets)
    {
        var result = await Chart.TryRenderAsync([.. sets.SelectMany(set => new[] { "-set", set })]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_chart_is_packed_and_far_below_the_size_of_a_release()
    {
        var packed = JsonNode.Parse((await Chart.TryRenderAsync("-output", "files")).Required().Output)!.AsObject();

        string[] single =
        [
            "Chart.yaml", "LICENSE", "README.md", "values.yaml", "values.schema.json",
            "deploy/monitoring/alerts.yaml", "deploy/monitoring/dashboard.json",
        ];
        var strangers = packed.Select(file => file.Key).Where(path => !single.Contains(path)
            && !path.StartsWith("templates/", StringComparison.Ordinal)
            && !path.StartsWith("crds/", StringComparison.Ordinal));
        Assert.Empty(strangers);
        Assert.InRange(packed.Sum(file => file.Value!.GetValue<int>()), 1, 400_000);
        Assert.Empty(single.Except(packed.Select(file => file.Key)));
    }

    [Fact]
    public async Task The_notes_say_how_to_upgrade_and_what_uninstalling_does()
    {
        var notes = (await Chart.TryRenderAsync("-output", "notes")).Required().Output;
        Assert.Contains("kubectl apply --server-side -f crds/", notes, StringComparison.Ordinal);
        Assert.Contains("fails while DynamicModules or Installations carry", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_is_too_old_is_refused()
    {
        var result = await Chart.TryRenderAsync("-kube-version", "v1.28.0");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("requires kubeVersion: >=1.29.0-0", result.Error, StringComparison.Ordinal);
    }
}
