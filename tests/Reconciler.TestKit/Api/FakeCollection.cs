using System.Text.Json.Nodes;

namespace Reconciler.TestKit.Api;

/// <summary>One resource type of the fake. Writes here are those of "somebody else": they bypass HTTP but reach the
/// watches.</summary>
public sealed class FakeCollection
{
    private readonly FakeStore _store;

    internal FakeCollection(FakeStore store, string path, string apiVersion, string kind)
    {
        _store = store;
        Path = path;
        ApiVersion = apiVersion;
        Kind = kind;
    }

    /// <summary>For instance <c>apis/example.io/v1/widgets</c>.</summary>
    public string Path { get; }

    public string ApiVersion { get; }

    public string Kind { get; }

    /// <summary>False: 404 as if the CRD were absent (W15). Open watches are ended by the test.</summary>
    public bool IsServed { get; set; } = true;

    /// <summary>Whether <c>status</c> is a subresource.</summary>
    public bool HasStatus { get; init; } = true;

    public int Count => _store.Snapshot(this).Count;

    public IReadOnlyList<JsonObject> All => _store.Snapshot(this);

    /// <summary>Creates or replaces, whatever the resourceVersion.</summary>
    public JsonObject Put(JsonObject source) => _store.Put(this, source);

    public JsonObject Put(string name, string? inNamespace = "default", JsonObject? spec = null) =>
        Put(FakeObject.Create(name, inNamespace, spec));

    public JsonObject? Get(string name, string inNamespace = "default") => _store.Find(this, inNamespace, name)?.Copy();

    /// <summary>Changes an object as it is now: no write of another is lost in between.</summary>
    public JsonObject Edit(string name, string inNamespace, Action<JsonObject> change) =>
        _store.Edit(this, inNamespace, name, change);

    /// <summary>Removes at once, finalizers or not.</summary>
    public void Remove(string name, string inNamespace = "default") => _store.Remove(this, inNamespace, name);

    /// <summary>Deletes as a client would: an object with finalizers only gets its deletionTimestamp.</summary>
    public void Delete(string name, string inNamespace = "default") => _store.Delete(this, inNamespace, name, null);
}
