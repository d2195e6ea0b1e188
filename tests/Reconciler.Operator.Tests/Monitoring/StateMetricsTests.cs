using Reconciler.Core.Status;
using Reconciler.TestKit.Processes;
using YamlDotNet.RepresentationModel;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>The paths that kube-state-metrics is told are paths of the CRDs' schemas.</summary>
public sealed class StateMetricsTests
{
    private static readonly YamlNode Config = MonitoringFiles.Yaml("kube-state-metrics.yaml");

    [Fact]
    public void Every_path_is_in_the_schema_of_its_resource()
    {
        foreach (var resource in Resources())
        {
            var schema = SchemaOf(MonitoringFiles.Text(resource["groupVersionKind"], "kind"));
            foreach (var (path, from) in PathsIn(resource))
            {
                Assert.True(Has(schema, [.. from, .. path]), $"no {string.Join('.', [.. from, .. path])} in the CRD");
            }
        }
    }

    [Fact]
    public void A_metric_that_the_catalogue_names_is_made_here()
    {
        var made = Resources().SelectMany(resource => MonitoringFiles.Sequence(resource, "metrics").Select(metric =>
            $"{MonitoringFiles.Text(resource, "metricNamePrefix")}_{MonitoringFiles.Text(metric, "name")}"))
            .ToHashSet();
        var named = ReasonCatalogue.Entries.Select(entry => entry.Metric.Split('{')[0])
            .Where(name => name.StartsWith("kube_", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, made));
    }

    private static IEnumerable<YamlNode> Resources() => MonitoringFiles.Sequence(Config["spec"], "resources");

    private static YamlNode SchemaOf(string kind)
    {
        var file = Path.Combine(RepositoryLayout.Crds, $"{kind.ToLowerInvariant()}s.reconciler.io.yaml");
        var yaml = new YamlStream();
        using var reader = new StringReader(File.ReadAllText(file));
        yaml.Load(reader);
        return MonitoringFiles.Sequence(yaml.Documents[0].RootNode["spec"], "versions")
            .First()["schema"]["openAPIV3Schema"];
    }

    private static IEnumerable<(string[] Path, string[] From)> PathsIn(YamlNode resource)
    {
        foreach (var label in Labels(resource))
        {
            yield return (label, []);
        }

        foreach (var metric in MonitoringFiles.Sequence(resource, "metrics"))
        {
            var each = metric["each"];
            var kind = MonitoringFiles.Text(each, "type").ToLowerInvariant();
            var spec = (YamlMappingNode)each[kind];
            string[] from = spec.Children.TryGetValue("path", out var path) ? Strings(path) : [];
            if (from.Length > 0)
            {
                yield return (from, []);
            }

            foreach (var label in Labels(spec))
            {
                yield return (label, from);
            }

            if (spec.Children.TryGetValue("valueFrom", out var value))
            {
                yield return (Strings(value), from);
            }
        }
    }

    private static IEnumerable<string[]> Labels(YamlNode node) =>
        ((YamlMappingNode)node).Children.TryGetValue("labelsFromPath", out var labels)
            ? ((YamlMappingNode)labels).Children.Values.Select(Strings)
            : [];

    private static string[] Strings(YamlNode node) =>
        [.. ((YamlSequenceNode)node).Select(item => ((YamlScalarNode)item).Value!)];

    private static bool Has(YamlNode schema, string[] path)
    {
        if (path[0] == "metadata")
        {
            return path is ["metadata", "name" or "namespace" or "generation"];
        }

        var node = (YamlMappingNode)schema;
        foreach (var step in path)
        {
            node = node.Children.TryGetValue("items", out var items) ? (YamlMappingNode)items : node;
            if (!node.Children.TryGetValue("properties", out var properties)
                || !((YamlMappingNode)properties).Children.TryGetValue(step, out var next))
            {
                return false;
            }

            node = (YamlMappingNode)next;
        }

        return true;
    }
}
