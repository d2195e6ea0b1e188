using System.Text;
using System.Text.Json;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Tests.Resources;

[Collection(AloneCollection.Name)]
public sealed class ResourceMemoryTests
{
    [Fact]
    public void Ten_thousand_modules_of_one_kilobyte_take_little_memory()
    {
        var json = Registered(new string('x', 1000));
        JsonSerializer.Deserialize(json, ResourceJson.DynamicModule);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var modules = Enumerable.Range(0, 10_000)
            .Select(_ => JsonSerializer.Deserialize(json, ResourceJson.DynamicModule)).ToList();

        var perModule = (GC.GetTotalMemory(forceFullCollection: true) - before) / modules.Count;
        Assert.InRange(perModule, 1000, 2250);
        GC.KeepAlive(modules);
    }

    [Fact]
    public void The_key_that_status_and_annotation_repeat_is_held_once()
    {
        var module = JsonSerializer.Deserialize(Registered("text"), ResourceJson.DynamicModule)!;

        Assert.Equal("00000000-0000-4000-8000-000000000001", module.Status.Key);
        Assert.Same(module.Metadata.Annotations[Wishes.MirroredKey], module.Status.Key);
    }

    [Fact]
    public void A_key_that_only_the_annotation_knows_stays_there()
    {
        var json = Encoding.UTF8.GetBytes("""{"metadata":{"annotations":{"reconciler.io/key":"k"}},"spec":{}}""");

        Assert.Null(JsonSerializer.Deserialize(json, ResourceJson.DynamicModule)!.Status.Key);
    }

    // As the API server gives a module that is bound and settled.
    private static byte[] Registered(string text) => Encoding.UTF8.GetBytes("""
        {"metadata":{"name":"module-0000","namespace":"team-a","uid":"00000000-0000-4000-8000-000000000000",
         "resourceVersion":"123456","generation":1,"finalizers":["reconciler.io/module"],
         "annotations":{"reconciler.io/key":"00000000-0000-4000-8000-000000000001"}},
         "spec":{"installationRef":{"name":"acme"},"type":"trigger","data":{"a":"TEXT"}},
         "status":{"key":"00000000-0000-4000-8000-000000000001","observedGeneration":1,
          "fingerprint":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          "conditions":[{"type":"Ready","status":"True","reason":"Synced",
          "message":"The remote module equals the spec.",
          "observedGeneration":1,"lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
        """.Replace("TEXT", text, StringComparison.Ordinal));
}
