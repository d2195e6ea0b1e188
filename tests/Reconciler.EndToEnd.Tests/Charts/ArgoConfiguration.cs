using System.Text;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>Composes the ConfigMap that teaches Argo CD our kinds from the scripts beside it.</summary>
internal static class ArgoConfiguration
{
    private static readonly string[] Kinds = ["DynamicModule", "Installation", "ModuleLedger"];

    public static async Task<string> ComposeAsync(string directory)
    {
        const string merge = "kubectl -n argocd patch cm argocd-cm --patch-file deploy/argocd/argocd-cm.yaml";
        var text = new StringBuilder($"""
            # Merge into the ConfigMap argocd-cm: `{merge}`.
            # A test writes this file from the scripts in the directories beside it; do not edit it.
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: argocd-cm
            data:

            """);
        foreach (var kind in Kinds)
        {
            var scripts = Path.Combine(directory, kind.ToLowerInvariant());
            text.Append("  resource.customizations.health.reconciler.io_").Append(kind).Append(": |\n");
            await AppendAsync(text, Path.Combine(scripts, "health.lua"), 4);
            if (Directory.Exists(Path.Combine(scripts, "actions")))
            {
                await AppendActionsAsync(text, kind, Path.Combine(scripts, "actions"));
            }
        }

        return text.ToString();
    }

    private static async Task AppendActionsAsync(StringBuilder text, string kind, string scripts)
    {
        text.Append("  resource.customizations.actions.reconciler.io_").Append(kind).Append(": |\n");
        text.Append("    discovery.lua: |\n");
        await AppendAsync(text, Path.Combine(scripts, "discovery.lua"), 6);
        text.Append("    definitions:\n");
        foreach (var script in Directory.GetFiles(scripts, "*.lua").Order(StringComparer.Ordinal)
            .Where(script => Path.GetFileName(script) != "discovery.lua"))
        {
            text.Append("      - name: ").Append(Path.GetFileNameWithoutExtension(script))
                .Append("\n        action.lua: |\n");
            await AppendAsync(text, script, 10);
        }
    }

    private static async Task AppendAsync(StringBuilder text, string script, int columns)
    {
        foreach (var line in (await File.ReadAllTextAsync(script)).TrimEnd().Split('\n'))
        {
            text.Append(line.Length == 0 ? "" : new string(' ', columns) + line).Append('\n');
        }
    }
}
