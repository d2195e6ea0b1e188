using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Tests.Contract;

public sealed class ConnectJiraContractTests : ConnectContract
{
    protected override RemoteApi Api => RemoteApi.ConnectJira;
}

public sealed class ConnectConfluenceContractTests : ConnectContract
{
    protected override RemoteApi Api => RemoteApi.ConnectConfluence;

    /// <summary>X11: the path goes below the installed baseUrl, which ends with /wiki.</summary>
    protected override Uri BaseUrl => new(Remote.BaseUrl, "/wiki");
}
