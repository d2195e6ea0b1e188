using System.Text.Json.Nodes;
using Reconciler.Simulation.Net;

namespace Reconciler.Simulation.Remote;

/// <summary>Forge v2, and v1 with keys of the client's choice, directly or through the Containers proxy (reference.md
/// §2–§4).</summary>
internal sealed class ForgeDialect(string collection) : SimDialect
{
    /// <summary>Own header, PUT on the collection, a create may be answered without a body (§4).</summary>
    public bool IsContainer { get; init; }

    public override IEnumerable<(string Name, string Value)> Secret(string credential) =>
        [(IsContainer ? "invocationId" : "token", credential)];

    public override SimResponse? Refuse(SimRequest request, string credential)
    {
        var admitted = IsContainer
            ? request.Header("forge-proxy-authorization") == $"Forge as=app,id={credential}"
            : request.Header("authorization") == $"Bearer {credential}";
        return admitted ? null : SimResponse.Json(401, """{"message":"Authorization failed"}""");
    }

    public override SimCall Read(SimRequest request)
    {
        var path = request.Path.TrimEnd('/');
        if (!path.StartsWith(collection, StringComparison.Ordinal))
        {
            return new SimCall.Unknown();
        }

        var key = path.Length > collection.Length ? Uri.UnescapeDataString(path[(collection.Length + 1)..]) : null;
        return (request.Method, key) switch
        {
            ("GET", null) => new SimCall.List(),
            ("GET", _) => new SimCall.Get(key),
            ("POST", null) => new SimCall.Create([Draft(request)]),
            ("PUT", not null) when !IsContainer => new SimCall.Update(key, Draft(request)),
            ("PUT", null) when IsContainer && Draft(request) is { Key: { } named } draft =>
                new SimCall.Update(named, draft),
            ("DELETE", _) => new SimCall.Delete(key is null ? [] : [key]),
            _ => new SimCall.Unknown(),
        };
    }

    public override SimResponse Created(IReadOnlyList<SimModule> modules) =>
        SimResponse.Json(201, IsContainer ? "" : Show(modules[0]));

    public override SimResponse Deleted(bool existed) => existed ? SimResponse.Json(204, "") : Absent();

    public override SimResponse Refused(SimRefusal refusal, IReadOnlyList<SimDraft> modules) =>
        SimResponse.Json(422, refusal switch
        {
            SimRefusal.Taken => $$"""{"message":"Dynamic module with key '{{modules[0].Key}}' already exists"}""",
            SimRefusal.Data => """{"message":"Invalid module data"}""",
            _ => """{"message":"Maximum number of dynamic modules (100) exceeded"}""",
        }) with { Refusal = refusal };

    public override SimResponse Listed(IReadOnlyList<SimModule> modules, string? more)
    {
        var items = string.Join(',', modules.Select(Show));
        return more is not null ? SimResponse.Json(200, $$"""{"result":[{{items}}],"lastEvaluatedKey":"{{more}}"}""")
            : IsContainer ? SimResponse.Json(200, $$"""{"result":[{{items}}]}""")
            : SimResponse.Json(200, $"[{items}]");
    }

    private static SimDraft Draft(SimRequest request)
    {
        var body = JsonNode.Parse(request.Body)!.AsObject();
        return new SimDraft(
            body["key"]?.GetValue<string>(), body["type"]!.GetValue<string>(), body["data"]!.AsObject(),
            request.Attempts.FirstOrDefault());
    }
}
