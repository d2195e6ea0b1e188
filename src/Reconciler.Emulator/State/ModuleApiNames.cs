namespace Reconciler.Emulator.State;

/// <summary>The names of the stores in URLs and in snapshots.</summary>
internal static class ModuleApiNames
{
    public static IReadOnlyList<(ModuleApi Api, string Name)> All { get; } =
    [
        (ModuleApi.ForgeV2, "v2"),
        (ModuleApi.ForgeV1, "v1"),
        (ModuleApi.ConnectJira, "connectJira"),
        (ModuleApi.ConnectConfluence, "connectConfluence"),
    ];

    /// <exception cref="FormatException">There is no such store.</exception>
    public static ModuleApi Parse(string name)
    {
        foreach ((ModuleApi api, string known) in All)
        {
            if (known == name)
            {
                return api;
            }
        }

        string names = string.Join(", ", All.Select(known => known.Name));
        throw new FormatException($"api '{name}' is unknown; it is one of {names}");
    }
}
