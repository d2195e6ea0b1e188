using Reconciler.Emulator.Authentication;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>
/// The Connect dynamic modules resource of one product (SEED 002, 003; reference §7): a map grouped by type, whole
/// batches or nothing, no update, a DELETE without keys removes all.
/// </summary>
internal sealed class ConnectApi(
    string name, ConnectProduct product, string contextPath, ModuleApi store, IAdmission admission) : IRemoteApi
{
    private readonly string _path = contextPath + "/rest/atlassian-connect/1/app/module/dynamic";

    public string Name => name;

    public bool Serves(WireRequest request) => request.Path == _path || request.Path == _path + "/";

    public string? ClaimedInstallation(EmulatedCloud cloud, WireRequest request) => admission.Claimed(cloud, request);

    public WireResponse Answer(RemoteCall call)
    {
        if (admission.Refuse(call) is { } refusal)
        {
            return refusal;
        }

        if (Throttle.Refuse(call) is { } later)
        {
            return later.With("RateLimit-Reason", "jira-burst-based");
        }

        return call.Request.Verb switch
        {
            "GET" => List(call),
            "POST" => Register(call),
            "DELETE" => Remove(call),
            _ => ForgeErrors.WrongVerb("GET, POST, DELETE"),
        };
    }

    private WireResponse List(RemoteCall call) => WireResponse.OfJson(200, JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (IGrouping<string, StoredModule> group in
            call.LaggingStore(store).Modules.GroupBy(module => module.Type, StringComparer.Ordinal))
        {
            writer.WriteStartArray(group.Key);
            foreach (StoredModule module in group)
            {
                module.Data.WriteTo(writer);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }));

    private WireResponse Register(RemoteCall call)
    {
        string app = call.Installation!.Connect!.AppKey;
        if (ConnectBody.Read(call, app, out WireResponse refusal) is not { } body)
        {
            return refusal;
        }

        ModuleStore current = call.Store(store);
        if (RefuseContent(call, app, body) is { } invalid)
        {
            return invalid;
        }

        string[] clashes = [.. Clashes(call, body, current)];
        if (clashes.Length > 0)
        {
            return ConnectErrors.DuplicateKeys(app, clashes);
        }

        if (current.Count + body.Modules.Count > call.Settings.MaxModules)
        {
            return ConnectErrors.TooMany(app, call.Settings.MaxModules);
        }

        foreach (ConnectBody.Module module in body.Modules)
        {
            current = current.Put(
                call.Cloud.NewModule_Locked(module.Key, module.Type, module.Data, foreign: false));
        }

        call.Key = body.Modules.Count == 1 ? body.Modules[0].Key : null;
        call.Commit(store, current);
        return body.Unwrapped
            ? new WireResponse(200).With("x-emulator-warning", "the body was wrapped in 'modules'")
            : new WireResponse(200);
    }

    /// <summary>Unknown keys are ignored; keys joined by commas are one unknown key (reference §7.4).</summary>
    private WireResponse Remove(RemoteCall call)
    {
        string[] keys = [.. QueryString.Parse(call.Request.Query)
            .Where(pair => pair.Key == "moduleKey")
            .Select(pair => pair.Value)];
        if (keys.Length == 0 && product == ConnectProduct.Confluence && call.Settings.ConfluenceRequireModuleKey)
        {
            return ConnectErrors.Malformed("The parameter moduleKey is required");
        }

        ModuleStore current = call.Store(store);
        ModuleStore rest = keys.Length == 0
            ? ModuleStore.Empty
            : keys.Aggregate(current, (left, key) => left.Remove(key));
        call.Key = keys.Length == 1 ? keys[0] : null;
        if (rest.Count != current.Count)
        {
            call.Commit(store, rest);
        }

        return new WireResponse(204);
    }

    private static WireResponse? RefuseContent(RemoteCall call, string app, ConnectBody body)
    {
        foreach (ConnectBody.Module module in body.Modules)
        {
            IReadOnlyList<string> allowed = call.Settings.ConnectAllowedTypes;
            if (allowed.Count > 0 && !allowed.Contains(module.Type, StringComparer.Ordinal))
            {
                return ConnectErrors.UnknownModule(app, module.Type);
            }

            if (call.Settings.StrictData && ConnectShapes.Explain(module.Type, module.Key, module.Data) is { } problem)
            {
                return ConnectErrors.Invalid(app, problem);
            }
        }

        return null;
    }

    /// <summary>All types share one space of keys, static ones included (reference §7.4).</summary>
    private static IEnumerable<string> Clashes(RemoteCall call, ConnectBody body, ModuleStore current) => body.Modules
        .GroupBy(module => module.Key, StringComparer.Ordinal)
        .Where(group => group.Count() > 1
            || current.Find(group.Key) is not null
            || call.StaticKeys.Contains(group.Key, StringComparer.Ordinal))
        .Select(group => group.Key);
}
