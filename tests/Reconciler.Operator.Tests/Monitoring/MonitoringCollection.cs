namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>One run of the operator serves all tests that look at its metrics. Meters belong to the process: other
/// tests' would be among them, so these run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MonitoringCollection : ICollectionFixture<ExposedMetrics>
{
    public const string Name = "monitoring";
}
