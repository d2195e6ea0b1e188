using System.Text;
using System.Text.RegularExpressions;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>The manifests below deploy/ that are renderings of the chart, for those who use no Helm.</summary>
internal static partial class DeployFiles
{
    private static readonly string Root = Path.Combine(RepositoryLayout.Root, "deploy");

    /// <summary>Each file with what it must hold: objects of one case, chosen by template, kind and name.</summary>
    public static async Task<IReadOnlyList<(string Path, string Text)>> AllAsync()
    {
        var plain = Documents(await RenderAsync("default"));
        var ha = Documents(await RenderAsync("ha"));
        var namespaced = Documents(await RenderAsync("namespaced"));
        var forge = Documents((await Chart.TryRenderAsync(
            "-set", "forgeRemote.enabled=true", "-set", "forgeRemote.discovery.enabled=true",
            "-set", "forgeRemote.appIds=[ari:cloud:ecosystem::app/x]")).Required().Output);
        return
        [
            File("rbac/10-service-account.yaml", plain, "serviceaccount.yaml"),
            File("rbac/20-cluster-role.yaml", plain, "rbac.yaml", "kind: ClusterRole\n"),
            File("rbac/30-cluster-role-binding.yaml", plain, "rbac.yaml", "kind: ClusterRoleBinding\n"),
            File("rbac/40-leader-election.yaml", plain, "rbac-leader-election.yaml"),
            File("rbac/optional/forge-intake.yaml", forge, "rbac-forge.yaml", "name: reconciler-forge-intake\n"),
            File("rbac/optional/forge-discovery.yaml", forge, "rbac-forge.yaml", "name: reconciler-forge-discovery\n"),
            .. new[] { "serviceaccount", "rbac", "rbac-leader-election", "service", "deployment" }.Select(
                name => File($"kustomize/base/{name}.yaml", plain, $"{name}.yaml")),
            File("kustomize/overlays/ha/poddisruptionbudget.yaml", ha, "poddisruptionbudget.yaml"),
            File("kustomize/overlays/ha/servicemonitor.yaml", ha, "monitors.yaml"),
            File("kustomize/overlays/namespaced/rbac.yaml", namespaced, "rbac.yaml"),
        ];
    }

    private static (string Path, string Text) File(
        string path, IReadOnlyList<(string Source, string Text)> documents, string template, string containing = "")
    {
        var text = new StringBuilder(
            $"# The rendering of templates/{template}, without Helm's own labels. "
            + "A test writes this file; do not edit it.\n");
        var chosen = documents.Where(one => one.Source == "templates/" + template
            && one.Text.Contains(containing, StringComparison.Ordinal)).Select(one => one.Text);
        return (Path.Combine(Root, path), text.AppendJoin("---\n", chosen).ToString());
    }

    private static Task<string> RenderAsync(string name) => Chart.RenderAsync(new ChartCase(name));

    private static IReadOnlyList<(string Source, string Text)> Documents(string rendered) =>
    [
        .. rendered.Split("---\n# Source: ", StringSplitOptions.RemoveEmptyEntries)
            .Select(document => document.Split('\n', 2))
            .Select(parts => (parts[0], HelmsOwn().Replace(parts[1], ""))),
    ];

    [GeneratedRegex(
        @"^ *(helm\.sh/chart|app\.kubernetes\.io/managed-by):.*\n",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HelmsOwn();
}
