using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reconciler.TestKit.Api;

/// <summary>Carries out POST, PUT, PATCH and DELETE on the store.</summary>
internal sealed class FakeWrites(FakeStore store)
{
    public (int Code, JsonObject Body) Execute(FakeCollection collection, ResourcePath path, FakeRequest request)
    {
        var isStatus = path.Subresource == "status";
        switch (request.Method)
        {
            case "POST":
                var created = Parse(request.Body).AsObject();
                if (path.Namespace.Length > 0)
                {
                    created.Meta()["namespace"] = path.Namespace;
                }

                return (201, store.Create(collection, created));
            case "PUT":
                var old = Existing(collection, path);
                var source = Parse(request.Body).AsObject();
                return (200, store.Update(collection, old, isStatus ? StatusOnly(old, source) : source, isStatus));
            case "PATCH":
                return Patch(collection, path, request, isStatus);
            default:
                var preconditions = request.Body.Length == 0
                    ? null
                    : Parse(request.Body)["preconditions"] as JsonObject;
                return (200, store.Delete(collection, path.Namespace, path.Name!, preconditions) ?? []);
        }
    }

    private (int Code, JsonObject Body) Patch(
        FakeCollection collection, ResourcePath path, FakeRequest request, bool isStatus)
    {
        var type = request.Header("Content-Type")?.Split(';')[0];
        var patch = Parse(request.Body);
        if (type == "application/apply-patch+yaml" && store.Find(collection, path.Namespace, path.Name!) is null)
        {
            return isStatus
                ? throw FakeStatusException.NotFound(path.Name!)
                : (201, store.Create(collection, patch.AsObject()));
        }

        var old = Existing(collection, path);
        var next = type == "application/json-patch+json"
            ? FakePatch.Apply(old.Copy(), patch.AsArray())
            : FakePatch.Merge(old.Copy(), patch.AsObject());
        return (200, store.Update(collection, old, isStatus ? StatusOnly(old, next) : next, isStatus));
    }

    private JsonObject Existing(FakeCollection collection, ResourcePath path) =>
        store.Find(collection, path.Namespace, path.Name!) ?? throw FakeStatusException.NotFound(path.Name!);

    // A write to the subresource changes nothing but the status; its resourceVersion is still compared.
    private static JsonObject StatusOnly(JsonObject old, JsonObject source)
    {
        var next = old.Copy();
        next["status"] = source["status"]?.DeepClone();
        next.Meta()["resourceVersion"] = source.ResourceVersion();
        return next;
    }

    private static JsonNode Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body)!;
        }
        catch (JsonException exception)
        {
            throw new FakeStatusException(400, "BadRequest", exception.Message);
        }
    }
}
