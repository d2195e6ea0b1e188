using System.Text.Json.Nodes;
using Reconciler.Core.Modules;
using Reconciler.Simulation.Net;

namespace Reconciler.Simulation.Remote;

/// <summary>How one <c>spec.api</c> is spoken: where it is served, how a request is read and an answer is put
/// (reference.md §2–§4, §7).</summary>
internal abstract class SimDialect
{
    private static readonly SimDialect ForgeV2 = new ForgeDialect("/forge/installation/v2/dynamic/module");
    private static readonly SimDialect ForgeV1 =
        new ForgeDialect("/forge/installation/v1/dynamic/module") { HasClientKeys = true };

    private static readonly SimDialect ForgeContainer =
        new ForgeDialect("/atlassian/forge/installation/v1/dynamic/module")
        {
            HasClientKeys = true, IsContainer = true,
        };

    private static readonly SimDialect ConnectJira = new ConnectDialect("");
    private static readonly SimDialect ConnectConfluence = new ConnectDialect("/wiki");

    /// <summary>We choose the keys (crash-safety.md §9).</summary>
    public bool HasClientKeys { get; init; }

    /// <summary>No update verb, no item route, no pages, several modules in one request (§7.1).</summary>
    public virtual bool IsConnect => false;

    /// <summary>The Installation's <c>baseUrl</c>.</summary>
    public virtual string Address => "https://remote.simulated";

    public virtual string ModuleType => "trigger";

    public static SimDialect Of(RemoteApi api) => api switch
    {
        RemoteApi.ForgeV2 => ForgeV2,
        RemoteApi.ForgeV1 => ForgeV1,
        RemoteApi.ForgeContainer => ForgeContainer,
        RemoteApi.ConnectJira => ConnectJira,
        RemoteApi.ConnectConfluence => ConnectConfluence,
        _ => throw new ArgumentOutOfRangeException(nameof(api), api, "The APIs are a closed set."),
    };

    /// <summary>The entries of the Secret that opens the remote.</summary>
    public abstract IEnumerable<(string Name, string Value)> Secret(string credential);

    /// <summary>Null when the request carries the credential, else the answer to a stranger.</summary>
    public abstract SimResponse? Refuse(SimRequest request, string credential);

    public abstract SimCall Read(SimRequest request);

    public abstract SimResponse Created(IReadOnlyList<SimModule> modules);

    public abstract SimResponse Deleted(bool existed);

    public abstract SimResponse Refused(SimRefusal refusal, IReadOnlyList<SimDraft> modules);

    /// <param name="more">What names the next page; null on the last one.</param>
    public abstract SimResponse Listed(IReadOnlyList<SimModule> modules, string? more);

    public static SimResponse Shown(SimModule module) => SimResponse.Json(200, Show(module));

    public static SimResponse Absent() => SimResponse.Json(404, """{"message":"Dynamic module not found"}""");

    protected static string Show(SimModule module)
    {
        var data = JsonNode.Parse(module.Data)!.AsObject();
        data["key"] = module.Key;
        return new JsonObject { ["key"] = module.Key, ["type"] = module.Type, ["data"] = data }.ToJsonString();
    }
}
