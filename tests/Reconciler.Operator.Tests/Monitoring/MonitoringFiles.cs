using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;
using YamlDotNet.RepresentationModel;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>One rule of deploy/monitoring/alerts.yaml.</summary>
internal sealed record AlertRule(
    string Name, string Expression, string For, string Severity, string Summary, string RunbookUrl);

/// <summary>The files of deploy/monitoring, read.</summary>
internal static class MonitoringFiles
{
    public static string Directory { get; } = Path.Combine(RepositoryLayout.Root, "deploy", "monitoring");

    public static string Alerts => Path.Combine(Directory, "alerts.yaml");

    public static string AlertTests => Path.Combine(Directory, "alerts.test.yaml");

    public static IReadOnlyList<AlertRule> ReadAlerts() =>
    [
        .. Sequence(Yaml("alerts.yaml"), "groups").SelectMany(group => Sequence(group, "rules"))
            .Select(rule => new AlertRule(
                Text(rule, "alert"), Text(rule, "expr"), Text(rule, "for"), Text(Child(rule, "labels"), "severity"),
                Text(Child(rule, "annotations"), "summary"), Text(Child(rule, "annotations"), "runbook_url"))),
    ];

    public static JsonNode Dashboard() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Directory, "dashboard.json")))!;

    public static YamlNode Yaml(string file)
    {
        var yaml = new YamlStream();
        using var reader = new StringReader(File.ReadAllText(Path.Combine(Directory, file)));
        yaml.Load(reader);
        return yaml.Documents[0].RootNode;
    }

    public static YamlNode Child(YamlNode node, string name) => node[name];

    public static IEnumerable<YamlNode> Sequence(YamlNode node, string name) => (YamlSequenceNode)node[name];

    public static string Text(YamlNode node, string name) => ((YamlScalarNode)node[name]).Value!;
}
