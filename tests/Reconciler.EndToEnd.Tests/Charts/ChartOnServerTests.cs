using System.Globalization;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>Every object of every case is accepted by a real API server. The Prometheus Operator's kinds are served by
/// definitions without a schema: of them only names, labels and namespaces are checked there.</summary>
public sealed class ChartOnServerTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    public static TheoryData<string> Cases => ChartCase.All();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_object_is_accepted_with_strict_validation(string name)
    {
        var kubectl = cluster.ControlPlane.Kubectl;
        await MonitoringKinds.InstallAsync(kubectl);
        var of = new ChartCase(name);
        var objects = await Chart.ObjectsAsync("-f", of.Values);
        var namespaces = objects.Select(rendered => rendered.Namespace)
            .OfType<string>().Distinct(StringComparer.Ordinal);
        await kubectl.ApplyAsync(string.Join("\n---\n", namespaces.Select(NamespaceOf)));

        var result = await kubectl.TryAsync(
            ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"],
            await Chart.RenderAsync(of));

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(
            objects.Count, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_field_that_nobody_knows_is_refused()
    {
        var kubectl = cluster.ControlPlane.Kubectl;
        var golden = await File.ReadAllTextAsync(new ChartCase("default").Golden);
        var broken = golden.Replace("enableServiceLinks:", "enableServiceLynx:", StringComparison.Ordinal);
        await kubectl.ApplyAsync(NamespaceOf(Chart.Namespace));

        var result = await kubectl.TryAsync(
            ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"], broken);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("enableServiceLynx", result.Error, StringComparison.Ordinal);
    }

    private static string NamespaceOf(string name) => string.Create(
        CultureInfo.InvariantCulture, $"apiVersion: v1\nkind: Namespace\nmetadata: {{ name: {name} }}");
}
