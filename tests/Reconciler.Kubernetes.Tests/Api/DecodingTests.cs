using System.Text;
using System.Text.Json;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Tests.Api;

public sealed class DecodingTests
{
    private const string Meta = """
        {"annotations":{"a":"1"},"creationTimestamp":"2026-01-01T00:00:00Z","deletionTimestamp":"2026-01-02T00:00:00Z",
        "finalizers":["f"],"generation":3,"labels":{"l":"2"},"managedFields":[{"manager":"m","fieldsV1":{"f:x":{}}}],
        "name":"n","namespace":"s","resourceVersion":"7","uid":"u","selfLink":null}
        """;

    [Fact]
    public void Metadata_is_read_and_managed_fields_are_skipped()
    {
        var meta = Decode($$"""{"metadata":{{Meta}}}""").Metadata;
        Assert.Equal(new ObjectKey("s", "n"), meta.Key);
        Assert.Equal(("u", "7", 3L), (meta.Uid, meta.ResourceVersion, meta.Generation));
        Assert.True(meta.IsDeleting);
        Assert.Equal(["f"], meta.Finalizers);
        Assert.Equal(("1", "2"), (meta.Annotations["a"], meta.Labels["l"]));
    }

    /// <summary>It is a second copy of the object that no controller reads,
    /// and would be most of a cached object.</summary>
    [Fact]
    public void The_copy_that_kubectl_apply_keeps_for_itself_is_skipped()
    {
        var meta = Decode(
            """
            {"metadata":{"annotations":{"a":"1","kubectl.kubernetes.io/last-applied-configuration":"{}","b":"2"} } }
            """).Metadata;
        Assert.Equal(["a", "b"], meta.Annotations.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Metadata_survives_a_round_trip_and_empty_fields_are_left_out()
    {
        var meta = Decode($$"""{"metadata":{{Meta}}}""").Metadata;
        var written = JsonSerializer.Serialize(new Widget { Metadata = meta }, ApiFixture.WidgetJson);
        Assert.Equal(written, JsonSerializer.Serialize(Decode(written), ApiFixture.WidgetJson));
        Assert.Equal(
            """{"metadata":{"name":"n"},"spec":null}""",
            JsonSerializer.Serialize(new Widget { Metadata = new() { Name = "n" } }, ApiFixture.WidgetJson));
    }

    [Theory]
    [InlineData("""{"metadata":[]}""")]
    [InlineData("""{"metadata":{"name":1}}""")]
    [InlineData("""{"metadata":{"labels":{"a":{}}}}""")]
    [InlineData("""{"metadata":{"finalizers":{}}}""")]
    [InlineData("""{"metadata":{"creationTimestamp":"yesterday"}}""")]
    [InlineData("""{"metadata":{"generation":1.5}}""")]
    public void Metadata_of_a_wrong_shape_is_a_json_error(string json) =>
        Assert.Throws<JsonException>(() => Decode(json));

    /// <summary>Anybody who may create an object can nest it as deep as the API server takes it.</summary>
    [Fact]
    public void W11_an_item_nested_too_deep_does_not_spoil_its_page()
    {
        var deep = new string('[', 200) + new string(']', 200);
        var page = ListPage<Widget>.Decode(
            Encoding.UTF8.GetBytes(
                $$$"""
                {"kind":"WidgetList","metadata":{"resourceVersion":"9"},"items":[
                {"metadata":{"name":"deep","namespace":"s","resourceVersion":"8"},"spec":{"other":{{{deep}}}}},
                {"metadata":{"name":"a"},"spec":{"size":1}}]}
                """),
            ApiFixture.WidgetJson);
        Assert.Equal("a", Assert.Single(page.Items).Metadata.Name);
        Assert.Equal(new ObjectKey("s", "deep"), Assert.Single(page.Broken).Key!.Value);
    }

    [Fact]
    public void W11_one_broken_item_does_not_spoil_its_page()
    {
        var page = ListPage<Widget>.Decode(
            """
            {"kind":"WidgetList","metadata":{"resourceVersion":"9","continue":"c","remainingItemCount":4},"items":[
            {"metadata":{"name":"a"},"spec":{"size":1}},
            {"metadata":{"name":"b","namespace":"s","resourceVersion":"8"},"spec":{"size":"big"}}]}
            """u8,
            ApiFixture.WidgetJson);
        Assert.Equal(("9", "c", 4L), (page.ResourceVersion, page.Continue, page.RemainingItemCount));
        Assert.Equal("a", Assert.Single(page.Items).Metadata.Name);
        var broken = Assert.Single(page.Broken);
        Assert.Equal((new ObjectKey("s", "b"), "8"), (broken.Key!.Value, broken.ResourceVersion));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("<html>")]
    public void What_is_not_a_list_is_a_json_error(string json) => Assert.ThrowsAny<JsonException>(
        () => ListPage<Widget>.Decode(Encoding.UTF8.GetBytes(json), ApiFixture.WidgetJson));

    [Fact]
    public void W12_every_kind_of_watch_line_is_told_apart()
    {
        Assert.IsType<WatchLine<Widget>.Applied>(Line("""{"type":"ADDED","object":{"metadata":{"name":"a"}}}"""));
        Assert.IsType<WatchLine<Widget>.Applied>(Line("""{"object":{"metadata":{"name":"a"}},"type":"MODIFIED"}"""));
        Assert.IsType<WatchLine<Widget>.Deleted>(Line("""{"type":"DELETED","object":{"metadata":{"name":"a"}}}"""));
        Assert.Equal(
            new WatchLine<Widget>.Bookmark("12", false),
            Line("""{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"12"},"spec":{"size":""}}}"""));
        var failed = Assert.IsType<WatchLine<Widget>.Failed>(
            Line("""{"type":"ERROR","object":{"code":410,"reason":"Expired","message":"too old"}}"""));
        Assert.True(failed.ToException().IsGone);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"type\":\"ADDED\"")]
    [InlineData("""{"type":"ADDED","object":null}""")]
    [InlineData("""{"type":"SURPRISE","object":{}}""")]
    [InlineData("""{"type":"ADDED","object":{"metadata":{"name":"a"}},"more":1}""")]
    [InlineData("not json at all")]
    [InlineData("")]
    public void W11_a_line_that_cannot_be_decoded_is_told_and_never_thrown(string line) =>
        Assert.IsType<WatchLine<Widget>.Broken>(Line(line));

    [Fact]
    public void W11_a_broken_object_is_named_from_what_can_be_read()
    {
        var broken = Assert.IsType<WatchLine<Widget>.Broken>(Line(
            """
            {"type":"MODIFIED","object":{"metadata":{"name":"a","namespace":"s","resourceVersion":"5"},"spec":[]}}
            """));
        Assert.Equal((new ObjectKey("s", "a"), "5"), (broken.Object.Key!.Value, broken.Object.ResourceVersion));
    }

    [Fact]
    public void Micro_time_has_six_decimals()
    {
        var buffer = JsonBytes.Write(0, (writer, _) => new MicroTimeConverter().Write(
            writer, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)), JsonSerializerOptions.Default));
        Assert.Equal("\"2026-01-02T02:04:05.000000Z\"", Encoding.UTF8.GetString(buffer));
    }

    private static Widget Decode(string json) => JsonSerializer.Deserialize(json, ApiFixture.WidgetJson)!;

    private static WatchLine<Widget> Line(string line) =>
        WatchLine<Widget>.Decode(Encoding.UTF8.GetBytes(line), ApiFixture.WidgetJson);
}
