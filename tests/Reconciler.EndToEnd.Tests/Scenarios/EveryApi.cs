namespace Reconciler.EndToEnd.Tests.Scenarios;

// The same scenarios on all five values of spec.api (issue 3/4). A class each, so that they run side by side.

public sealed class ForgeV2LifecycleTests(ClusterFixture cluster) : LifecycleScenarios(cluster, ApiUnderTest.ForgeV2);

public sealed class ForgeV1LifecycleTests(ClusterFixture cluster) : LifecycleScenarios(cluster, ApiUnderTest.ForgeV1);

public sealed class ForgeContainerLifecycleTests(ClusterFixture cluster)
    : LifecycleScenarios(cluster, ApiUnderTest.ForgeContainer);

public sealed class ConnectJiraLifecycleTests(ClusterFixture cluster)
    : LifecycleScenarios(cluster, ApiUnderTest.ConnectJira);

public sealed class ConnectConfluenceLifecycleTests(ClusterFixture cluster)
    : LifecycleScenarios(cluster, ApiUnderTest.ConnectConfluence);

public sealed class ForgeV2RemoteStateTests(ClusterFixture cluster)
    : RemoteStateScenarios(cluster, ApiUnderTest.ForgeV2);

public sealed class ForgeV1RemoteStateTests(ClusterFixture cluster)
    : RemoteStateScenarios(cluster, ApiUnderTest.ForgeV1);

public sealed class ForgeContainerRemoteStateTests(ClusterFixture cluster)
    : RemoteStateScenarios(cluster, ApiUnderTest.ForgeContainer);

public sealed class ConnectJiraRemoteStateTests(ClusterFixture cluster)
    : RemoteStateScenarios(cluster, ApiUnderTest.ConnectJira);

public sealed class ConnectConfluenceRemoteStateTests(ClusterFixture cluster)
    : RemoteStateScenarios(cluster, ApiUnderTest.ConnectConfluence);

public sealed class ForgeV2CrashTests(ClusterFixture cluster) : CrashScenarios(cluster, ApiUnderTest.ForgeV2);

public sealed class ForgeV1CrashTests(ClusterFixture cluster) : CrashScenarios(cluster, ApiUnderTest.ForgeV1);

public sealed class ForgeContainerCrashTests(ClusterFixture cluster)
    : CrashScenarios(cluster, ApiUnderTest.ForgeContainer);

public sealed class ConnectJiraCrashTests(ClusterFixture cluster) : CrashScenarios(cluster, ApiUnderTest.ConnectJira);

public sealed class ConnectConfluenceCrashTests(ClusterFixture cluster)
    : CrashScenarios(cluster, ApiUnderTest.ConnectConfluence);
