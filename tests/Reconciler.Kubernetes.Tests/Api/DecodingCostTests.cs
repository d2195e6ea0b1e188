using System.Text;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Tests.Api;

[Collection(AloneCollection.Name)]
public sealed class DecodingCostTests
{
    [Fact]
    public void H3_an_event_allocates_at_most_one_and_a_half_times_its_size()
    {
        var line = Encoding.UTF8.GetBytes(Line("w", textLength: 5000, managedFields: 100));
        Assert.InRange(line.Length, 9_000, 12_000);
        Assert.IsType<WatchLine<Widget>.Applied>(WatchLine<Widget>.Decode(line, ApiFixture.WidgetJson));

        const int Rounds = 200;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            WatchLine<Widget>.Decode(line, ApiFixture.WidgetJson);
        }

        var perEvent = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
        Assert.True(perEvent <= line.Length * 1.5, $"{perEvent} bytes for an event of {line.Length}.");
    }

    [Fact]
    public void H3_a_bookmark_costs_nothing_like_an_object()
    {
        var line = """
            {"type":"BOOKMARK","object":{"kind":"Widget","metadata":{"resourceVersion":"1234567"}}}
            """u8.ToArray();
        WatchLine<Widget>.Decode(line, ApiFixture.WidgetJson);
        var before = GC.GetAllocatedBytesForCurrentThread();
        WatchLine<Widget>.Decode(line, ApiFixture.WidgetJson);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024);
    }

    [Fact]
    public void H5_managed_fields_and_unknown_fields_are_not_retained()
    {
        const int Objects = 10_000;
        var before = AloneCollection.HeapBytes();
        var kept = new List<Widget>(Objects);
        for (var index = 0; index < Objects; index++)
        {
            var line = Encoding.UTF8.GetBytes(Line($"widget-{index}", textLength: 300, managedFields: 60));
            kept.Add(((WatchLine<Widget>.Applied)WatchLine<Widget>.Decode(line, ApiFixture.WidgetJson)).Object);
        }

        var perObject = (AloneCollection.HeapBytes() - before) / Objects;
        GC.KeepAlive(kept);
        Assert.True(perObject <= 2048, $"{perObject} bytes retained per object of about 4 KB.");
    }

    private static string Line(string name, int textLength, int managedFields)
    {
        var fields = string.Join(
            ',',
            Enumerable.Range(0, managedFields).Select(index =>
                $"\"f:some-field-of-spec-{index:000}\":{{\".\":{{}},\"v\":1}}"));
        return """
            {"type":"MODIFIED","object":{"apiVersion":"example.io/v1","kind":"Widget","metadata":{
            "creationTimestamp":"2026-01-01T00:00:00Z","generation":4,"labels":{"app":"x"},
            "managedFields":[{"manager":"kubectl","fieldsV1":{FIELDS}}],"name":"NAME","namespace":"team",
            "resourceVersion":"123456","uid":"0b6e2a30-0000-4000-8000-000000000000"},"spec":{"size":3,"text":"TEXT"},
            "status":{"conditions":[{"type":"Ready","status":"True","message":"MESSAGE"}]}}}
            """
            .ReplaceLineEndings("")
            .Replace("FIELDS", fields, StringComparison.Ordinal)
            .Replace("NAME", name, StringComparison.Ordinal)
            .Replace("TEXT", new string('x', textLength), StringComparison.Ordinal)
            .Replace("MESSAGE", new string('m', 200), StringComparison.Ordinal);
    }
}
