using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>One value of spec.api, and all that a scenario must know of its nature:
/// where it differs from ForgeV2.</summary>
/// <param name="Name">The value.</param>
/// <param name="Store">How the emulator names the modules behind it.</param>
public sealed record ApiUnderTest(string Name, string Store)
{
    private const string UnknownInstallation =
        "ari:cloud:ecosystem::installation/00000000-0000-4000-8000-0000000000ff";

    public static ApiUnderTest ForgeV2 { get; } = new("ForgeV2", "v2");

    public static ApiUnderTest ForgeV1 { get; } = new("ForgeV1", "v1") { HasClientKeys = true };

    public static ApiUnderTest ForgeContainer { get; } = new("ForgeContainer", "v1")
    {
        HasClientKeys = true,
        Credential = $"installationId: {EmulatorClient.DefaultInstallation}",
        WrongCredential = $"installationId: {UnknownInstallation}",
    };

    public static ApiUnderTest ConnectJira { get; } =
        OfConnect(new ApiUnderTest("ConnectJira", "connectJira") { Installation = "emulator-jira" });

    public static ApiUnderTest ConnectConfluence { get; } =
        OfConnect(new ApiUnderTest("ConnectConfluence", "connectConfluence")
        {
            Installation = "emulator-confluence",
            BasePath = "/wiki",
        });

    public static IReadOnlyList<ApiUnderTest> All { get; } =
        [ForgeV2, ForgeV1, ForgeContainer, ConnectJira, ConnectConfluence];

    /// <summary>How the emulator names the tenant.</summary>
    public string Installation { get; init; } = EmulatorClient.DefaultInstallation;

    /// <summary>What follows the host in spec.baseUrl (X11).</summary>
    public string BasePath { get; init; } = "";

    /// <summary>The lines of the Secret that opens the tenant, and of one that does not.</summary>
    public string Credential { get; init; } = $"token: {EmulatorClient.DefaultToken}";

    public string WrongCredential { get; init; } = "token: wrong";

    public string ModuleType { get; init; } = "trigger";

    /// <summary>We choose the keys; the server does otherwise.</summary>
    public bool HasClientKeys { get; init; }

    /// <summary>Lists come in pages.</summary>
    public bool HasPages { get; init; } = true;

    /// <summary>A create or an update answers with the module as it is now.</summary>
    public bool EchoesWrites { get; init; } = true;

    /// <summary>The writes of one update.</summary>
    public IReadOnlyList<string> UpdateVerbs { get; init; } = ["PUT"];

    /// <summary>Modules of one registration; where there are several, all of them are registered or none.</summary>
    public int CreatesPerRequest { get; init; } = 1;

    /// <summary>The status of refused data.</summary>
    public int RefusalStatus { get; init; } = 422;

    /// <summary>The property of data that scenarios change.</summary>
    private string Marked { get; init; } = "endpoint";

    private string Event { get; init; } = "\"events\":[\"avi:jira:updated:issue\"]";

    public string Data(string mark) => $$"""{{{Event}},"{{Marked}}":"{{mark}}"}""";

    public string MarkOf(JsonNode data) => data[Marked]!.GetValue<string>();

    public override string ToString() => Name;

    private static ApiUnderTest OfConnect(ApiUnderTest product) => product with
    {
        Credential = "appKey: com.example.reconciler\n  sharedSecret: emulator-shared-secret",
        WrongCredential = "appKey: com.example.reconciler\n  sharedSecret: wrong",
        ModuleType = "webhooks",
        HasClientKeys = true,
        HasPages = false,
        EchoesWrites = false,
        UpdateVerbs = ["DELETE", "POST"],
        CreatesPerRequest = 10,
        RefusalStatus = 400,
        Marked = "url",
        Event = "\"event\":\"page_created\"",
    };
}
