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
        var json = Encoding.UTF8.GetBytes("""
            {"metadata":{"name":"module-0000","namespace":"team-a","uid":"00000000-0000-4000-8000-000000000000",
             "resourceVersion":"123456","generation":1,"finalizers":["reconciler.io/module"]},
             "spec":{"installationRef":{"name":"acme"},"type":"trigger","data":{"a":"TEXT"}},
             "status":{"key":"00000000-0000-4000-8000-000000000001","observedGeneration":1,
              "conditions":[{"type":"Ready","status":"True","reason":"Synced","message":"MESSAGE",
              "observedGeneration":1,"lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
            """.Replace("MESSAGE", "The remote module equals the spec.", StringComparison.Ordinal)
            .Replace("TEXT", new string('x', 1000), StringComparison.Ordinal));
        JsonSerializer.Deserialize(json, ResourceJson.DynamicModule);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var modules = Enumerable.Range(0, 10_000)
            .Select(_ => JsonSerializer.Deserialize(json, ResourceJson.DynamicModule)).ToList();

        var perModule = (GC.GetTotalMemory(forceFullCollection: true) - before) / modules.Count;
        Assert.InRange(perModule, 1000, 4000);
        GC.KeepAlive(modules);
    }
}
