using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>Definitions of the Prometheus Operator's kinds that accept everything.</summary>
internal static class MonitoringKinds
{
    private static readonly (string Kind, string Plural)[] All =
        [("ServiceMonitor", "servicemonitors"), ("PodMonitor", "podmonitors"), ("PrometheusRule", "prometheusrules")];

    public static async Task InstallAsync(Kubectl kubectl)
    {
        await kubectl.ApplyAsync(string.Join("\n---\n", All.Select(one => Definition(one.Kind, one.Plural))));
        await kubectl.WaitAsync(
            "condition=Established", [.. All.Select(one => $"crd/{one.Plural}.monitoring.coreos.com")]);
    }

    private static string Definition(string kind, string plural) => $$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: { name: {{plural}}.monitoring.coreos.com }
        spec:
          group: monitoring.coreos.com
          scope: Namespaced
          names: { kind: {{kind}}, plural: {{plural}} }
          versions:
            - name: v1
              served: true
              storage: true
              schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
        """;
}
