using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>What must hold in every rendering, whatever the goldens say.</summary>
public sealed partial class ChartObjectTests
{
    public static TheoryData<string> Cases => ChartCase.All();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_pod_is_restricted_and_every_object_carries_the_labels(string name)
    {
        var objects = await Chart.ObjectsAsync("-f", new ChartCase(name).Values);
        foreach (var rendered in objects)
        {
            var labels = rendered.Object["metadata"]!["labels"]!;
            Assert.Equal("reconciler", labels["app.kubernetes.io/name"]!.GetValue<string>());
            Assert.Equal("Helm", labels["app.kubernetes.io/managed-by"]!.GetValue<string>());
        }

        foreach (var workload in objects.Where(rendered => rendered.Kind is "Deployment" or "Job"))
        {
            AssertRestricted(workload.Object["spec"]!["template"]!["spec"]!);
        }
    }

    [Fact]
    public async Task A_namespaced_operator_has_no_right_over_the_cluster()
    {
        var objects = await Chart.ObjectsAsync("-f", new ChartCase("namespaced").Values);
        Assert.DoesNotContain(objects, rendered => rendered.Kind.StartsWith("Cluster", StringComparison.Ordinal));
        Assert.All(
            objects.Where(rendered => rendered.Kind == "Role"),
            role => Assert.Contains(role.Namespace, (string[])["team-a", "team-b", Chart.Namespace, "kube-system"]));
    }

    [Fact]
    public async Task Every_option_of_the_operator_is_reached_by_a_value()
    {
        // The chart's own way to the cluster is the ServiceAccount; the others are of every command.
        string[] notOfTheChart = ["--kubeconfig", "--context", "--help", "--version"];
        var help = await Command.RunReconcilerAsync("run", "--help");
        var options = OptionName().Matches(help.Required().Output).Select(match => match.Groups["name"].Value)
            .Except(notOfTheChart, StringComparer.Ordinal);
        var rendered = new List<string>();
        foreach (var name in (string[])["default", "namespaced", "all-on"])
        {
            var objects = await Chart.ObjectsAsync("-f", new ChartCase(name).Values);
            var pod = objects.Single(one => one.Kind == "Deployment").Object["spec"]!["template"]!["spec"]!;
            rendered.AddRange(pod["containers"]![0]!["args"]!.AsArray().Select(
                argument => argument!.GetValue<string>().Split('=')[0]));
        }

        Assert.Empty(options.Except(rendered, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("rbac.create=true")]
    [InlineData("rbac.create=false")]
    public async Task The_hook_after_the_uninstall_runs_as_an_account_that_is_there_by_then(string set)
    {
        var objects = await Chart.ObjectsAsync("-set", "uninstall.policy=Orphan", "-set", set);
        var job = objects.Single(rendered => rendered.Kind == "Job").Object;
        var account = job["spec"]!["template"]!["spec"]!["serviceAccountName"]!.GetValue<string>();

        var made = objects.Single(
            rendered => rendered.Kind == "ServiceAccount"
                && rendered.Object["metadata"]!["name"]!.GetValue<string>() == account).Object;
        Assert.Equal(
            "post-delete", made["metadata"]!["annotations"]!["helm.sh/hook"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public async Task A_disruption_budget_comes_with_the_second_replica(int replicas, int budgets)
    {
        var objects = await Chart.ObjectsAsync("-set", $"replicas={replicas}");
        Assert.Equal(budgets, objects.Count(rendered => rendered.Kind == "PodDisruptionBudget"));
    }

    [Theory]
    [InlineData("", "docs/failures.md#")]
    [InlineData("https://runbooks.example.com/modules", "https://runbooks.example.com/modules#")]
    public async Task Alerts_link_to_the_page_that_is_named(string url, string expected) =>
        await AssertLinksAsync(expected, RepositoryLayout.Root, "-set", $"metrics.prometheusRule.runbookUrl={url}");

    [Fact]
    public async Task Alerts_of_a_released_chart_link_to_the_page_of_its_version()
    {
        var chart = RunDirectory.Create("released-chart");
        foreach (var file in (string[])
            ["values.yaml", "values.schema.json",
                .. Directory.GetFiles(Path.Combine(RepositoryLayout.Root, "templates")),
                "deploy/monitoring/alerts.yaml", "deploy/monitoring/dashboard.json"])
        {
            var to = Path.Combine(
                chart, Path.GetRelativePath(RepositoryLayout.Root, Path.Combine(RepositoryLayout.Root, file)));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(Path.Combine(RepositoryLayout.Root, file), to);
        }

        // What the release workflow adds.
        await File.WriteAllTextAsync(
            Path.Combine(chart, "Chart.yaml"),
            await File.ReadAllTextAsync(Path.Combine(RepositoryLayout.Root, "Chart.yaml"))
                + "home: https://example.com/reconciler\n");

        await AssertLinksAsync("https://example.com/reconciler/blob/v0.1.0/docs/failures.md#", chart);
    }

    [Fact]
    public async Task Authorities_are_mounted_where_the_option_and_the_runtime_look_for_them()
    {
        var objects = await Chart.ObjectsAsync(
            "-set", "customCA.configMapName=cas", "-set", "customCA.secretName=more",
            "-set", "remotes.caFile=/etc/reconciler/ca/company.pem");
        var pod = objects.Single(one => one.Kind == "Deployment").Object["spec"]!["template"]!["spec"]!;
        var container = pod["containers"]![0]!;

        Assert.Contains(
            "--remote-ca=/etc/reconciler/ca/company.pem",
            container["args"]!.AsArray().Select(one => one!.GetValue<string>()));
        var mount = container["volumeMounts"]!.AsArray().Single()!;
        Assert.Equal(
            ("/etc/reconciler/ca", true),
            (mount["mountPath"]!.GetValue<string>(), mount["readOnly"]!.GetValue<bool>()));
        var volume = pod["volumes"]!.AsArray().Single(
            one => one!["name"]!.GetValue<string>() == mount["name"]!.GetValue<string>())!;
        Assert.Equal(
            """[{"configMap":{"name":"cas"}},{"secret":{"name":"more"}}]""",
            volume["projected"]!["sources"]!.ToJsonString());
        Assert.Contains(container["env"]!.AsArray(), one => one!["name"]!.GetValue<string>() == "SSL_CERT_DIR"
            && one["value"]!.GetValue<string>().Split(':')[^1] == "/etc/reconciler/ca");
    }

    private static async Task AssertLinksAsync(string expected, string chart, params string[] options)
    {
        var rendered = await Chart.RunToolAsync(
            ["template", "-set", "metrics.prometheusRule.enabled=true", .. options, Chart.Release, chart]);
        var links = RunbookLink().Matches(rendered.Required().Output)
            .Select(match => match.Groups["url"].Value).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.StartsWith(expected, link, StringComparison.Ordinal));
    }

    [GeneratedRegex("runbook_url: (?<url>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RunbookLink();

    // Pod Security Standards, profile restricted; and a root that cannot be written.
    private static void AssertRestricted(JsonNode pod)
    {
        Assert.True(pod["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
        Assert.NotEqual(0, pod["securityContext"]!["runAsUser"]!.GetValue<int>());
        Assert.Equal("RuntimeDefault", pod["securityContext"]!["seccompProfile"]!["type"]!.GetValue<string>());
        var container = Assert.Single(pod["containers"]!.AsArray())!;
        var security = container["securityContext"]!;
        Assert.True(security["readOnlyRootFilesystem"]!.GetValue<bool>());
        Assert.False(security["allowPrivilegeEscalation"]!.GetValue<bool>());
        Assert.Equal("""["ALL"]""", security["capabilities"]!["drop"]!.ToJsonString());
        Assert.NotNull(container["resources"]!["limits"]!["memory"]);

        // Its memory holds credentials: nobody attaches, nothing is dumped.
        foreach (var name in (string[])["DOTNET_EnableDiagnostics", "DOTNET_DbgEnableMiniDump"])
        {
            Assert.Equal(
                "0",
                container["env"]!.AsArray().Single(one => one!["name"]!.GetValue<string>() == name)!["value"]!
                    .GetValue<string>());
        }
    }

    [GeneratedRegex("^  (-., )?(?<name>--[a-z][a-z-]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OptionName();
}
