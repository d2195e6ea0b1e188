using Reconciler.Emulator.State;

namespace Reconciler.Emulator.Endpoints;

/// <summary>What tells the Forge APIs apart (reference §3 table, §4).</summary>
/// <param name="Name">The name in log and settings.</param>
/// <param name="Path">The collection path without trailing slash.</param>
/// <param name="Api">The store.</param>
/// <param name="ClientKeys">The client chooses the key and sends it in POST and PUT.</param>
/// <param name="PutOnCollection">PUT may go to the collection, the key in the body (X4).</param>
/// <param name="AlwaysEnveloped">Lists are always <c>{result, lastEvaluatedKey}</c>.</param>
internal sealed record ForgeDialect(
    string Name, string Path, ModuleApi Api, bool ClientKeys, bool PutOnCollection, bool AlwaysEnveloped)
{
    public static readonly ForgeDialect V2 =
        new("v2", "/forge/installation/v2/dynamic/module", ModuleApi.ForgeV2, false, false, false);

    public static readonly ForgeDialect V1 =
        new("v1", "/forge/installation/v1/dynamic/module", ModuleApi.ForgeV1, true, false, false);

    public static readonly ForgeDialect Container =
        new("container", "/atlassian/forge/installation/v1/dynamic/module", ModuleApi.ForgeV1, true, true, true);
}
