using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Reconciler.Simulation.Net;

namespace Reconciler.Simulation.Remote;

/// <summary>The dynamic modules of a Connect app in Jira or Confluence: one route, maps by module type, creates of
/// several modules that all happen or none (reference.md §7).</summary>
internal sealed class ConnectDialect : SimDialect
{
    private readonly string _root;

    /// <param name="root">The path of the installed <c>baseUrl</c>.</param>
    public ConnectDialect(string root)
    {
        _root = root;
        HasClientKeys = true;
    }

    public override bool IsConnect => true;

    public override string Address => base.Address + _root;

    public override string ModuleType => "webhooks";

    private string Collection => $"{_root}/rest/atlassian-connect/1/app/module/dynamic";

    public override IEnumerable<(string Name, string Value)> Secret(string credential) =>
        [("appKey", "com.example.simulated"), ("sharedSecret", credential)];

    /// <summary>Only the signature is judged: wall clocks jump by days here, and a real remote would refuse such a
    /// token until the clock is right again (§8.4).</summary>
    public override SimResponse? Refuse(SimRequest request, string credential)
    {
        var parts = request.Header("authorization")?.Split(' ') is ["JWT", var token] ? token.Split('.') : [];
        var admitted = parts.Length == 3 && parts[2] == Base64Url.EncodeToString(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(credential), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}")));
        return admitted ? null : SimResponse.Json(401, """{"message":"The request is not from a Connect app."}""");
    }

    public override SimCall Read(SimRequest request) => (request.Path == Collection, request.Method) switch
    {
        (true, "GET") => new SimCall.List(),
        (true, "POST") => new SimCall.Create([.. Drafts(request)]),
        (true, "DELETE") => new SimCall.Delete(request.Parameters("moduleKey")),
        _ => new SimCall.Unknown(),
    };

    public override SimResponse Created(IReadOnlyList<SimModule> modules) => SimResponse.Json(200, "");

    public override SimResponse Deleted(bool existed) => SimResponse.Json(204, "");

    public override SimResponse Refused(SimRefusal refusal, IReadOnlyList<SimDraft> modules) =>
        SimResponse.Json(400, refusal switch
        {
            SimRefusal.Taken => """{"message":"Installation failed. The app has duplicate module keys: """
                + $$"""[{{string.Join(", ", modules.Select(static module => module.Key))}}]."}""",
            SimRefusal.Data => """{"message":"Installation failed. A module has an invalid property."}""",
            _ => """{"message":"Installation failed. The app cannot register more than 100 dynamic modules"}""",
        }) with { Refusal = refusal };

    public override SimResponse Listed(IReadOnlyList<SimModule> modules, string? more)
    {
        var map = new JsonObject();
        foreach (var group in modules.GroupBy(static module => module.Type, StringComparer.Ordinal))
        {
            map[group.Key] = new JsonArray([.. group.Select(static module => Definition(module))]);
        }

        return SimResponse.Json(200, map.ToJsonString());
    }

    private static JsonObject Definition(SimModule module)
    {
        var definition = JsonNode.Parse(module.Data)!.AsObject();
        definition["key"] = module.Key;
        return definition;
    }

    // The client names an attempt for each module, or one for all of a replacement.
    private static IEnumerable<SimDraft> Drafts(SimRequest request)
    {
        var named = 0;
        foreach (var (type, group) in JsonNode.Parse(request.Body)!.AsObject())
        {
            foreach (var item in group!.AsArray())
            {
                var data = item!.DeepClone().AsObject();
                yield return new SimDraft(
                    data["key"]!.GetValue<string>(), type, data, request.Attempts.ElementAtOrDefault(named++));
            }
        }
    }
}
