using Reconciler.Emulator.Authentication;
using Reconciler.Emulator.State;

namespace Reconciler.Emulator.Endpoints;

/// <summary>Every API the emulator can serve; the knob <c>apiVersions</c> picks.</summary>
internal static class RemoteApis
{
    public static IReadOnlyList<IRemoteApi> All { get; } =
    [
        new ForgeApi(ForgeDialect.V2, new BearerAdmission()),
        new ForgeApi(ForgeDialect.V1, new BearerAdmission()),
        new ForgeApi(ForgeDialect.Container, new ContainerAdmission()),
        new ContainerInstallationsApi(),
        Connect("connectJira", ConnectProduct.Jira, "", ModuleApi.ConnectJira),
        Connect("connectConfluence", ConnectProduct.Confluence, "/wiki", ModuleApi.ConnectConfluence),
        new JwksApi(),
        new InstallKeysApi(),
    ];

    // Confluence's base URL ends in /wiki, and its hash leaves that part out (X11, reference §8.2).
    private static ConnectApi Connect(string name, ConnectProduct product, string contextPath, ModuleApi store) =>
        new(name, product, contextPath, store, new ConnectAdmission(product, contextPath));
}
