using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Tests.Contract;

public sealed class ForgeV1ContractTests : ForgeContract
{
    protected override RemoteApi Api => RemoteApi.ForgeV1;
}
