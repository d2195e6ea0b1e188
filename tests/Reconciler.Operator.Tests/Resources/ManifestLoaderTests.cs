using System.Text;
using Reconciler.Core.Modules;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Tests.Resources;

public sealed class ManifestLoaderTests
{
    private const string Installation = """
        apiVersion: reconciler.io/v1alpha1
        kind: Installation
        metadata: { name: acme }
        spec: { credentials: { secretRef: { name: s } } }

        """;

    [Theory]
    [InlineData("on", "true")]
    [InlineData("NO", "false")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("0777", "511")]
    [InlineData("0x1F", "31")]
    [InlineData("1_000", "1000")]
    [InlineData("-0b11", "-3")]
    [InlineData("+7", "7")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("1.50", "1.5")]
    [InlineData("089", "89")]
    [InlineData("1e3", "1000")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("2026-01-01", "\"2026-01-01\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("'on'", "\"on\"")]
    [InlineData("!!str 1", "\"1\"")]
    [InlineData("-", "\"-\"")]
    [InlineData("word", "\"word\"")]
    public void A_yaml_scalar_is_what_kubectl_would_send(string written, string expected)
    {
        if (written == "-")
        {
            written = "'-'";
        }

        Assert.Equal($$"""{"v":{{expected}}}""", Data($"\n    v: {written}"));
    }

    [Fact]
    public void Anchors_and_merge_keys_are_resolved() => Assert.Equal(
        """{"a":{"x":1,"y":2},"b":{"x":3,"y":2}}""",
        Data("\n    a: &a { x: 1, y: 2 }\n    b: { <<: *a, x: 3 }"));

    [Fact]
    public void Aliases_that_multiply_are_stopped()
    {
        var bomb = new StringBuilder("\n    a0: &a0 [x,x,x,x,x,x,x,x,x,x]");
        for (var i = 1; i < 9; i++)
        {
            bomb.Append($"\n    a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]");
        }

        Assert.Contains(
            "untangle its aliases", Refusal(Installation + "---\n" + Module(bomb.ToString())),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Json_documents_and_lists_are_read_like_yaml()
    {
        var set = Load("""
            {"apiVersion":"v1","kind":"List","items":[
              {"apiVersion":"reconciler.io/v1alpha1","kind":"Installation","metadata":{"name":"acme","namespace":"n"},
               "spec":{"credentials":{"secretRef":{"name":"s"}}}},
              {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}]}
            {"apiVersion":"reconciler.io/v1alpha1","kind":"DynamicModule","metadata":{"name":"m","namespace":"n"},
             "spec":{"installationRef":{"name":"acme"},"type":"t","data":{"a":1.0}}}
            """);

        Assert.Equal(new InstallationKey("n", "acme"), Assert.Single(set.Installations).Resource.Key);
        Assert.Equal("n/m", Assert.Single(set.Modules).Resource.Metadata.Uid);
        Assert.Equal(
            "stdin:4: passed over v1 ConfigMap: not a kind that is applied without a cluster",
            Assert.Single(set.Warnings));
    }

    [Theory]
    [InlineData("{\"apiVersion\":\"v1\",\n\"kind\":}", "stdin:2: not valid JSON: ")]
    [InlineData("{\"apiVersion\":\"v1\",\n\"apiVersion\":\"v2\"}",
        "stdin:2: \"apiVersion\" appears twice in one object: remove one")]
    [InlineData("a: 1\n\n\nb: [\n", "stdin:")]
    [InlineData("just text", "stdin:1: not a manifest: expected an object with apiVersion and kind")]
    [InlineData("kind: Secret", "stdin:1: apiVersion is missing")]
    [InlineData("apiVersion: v1", "stdin:1: kind is missing")]
    [InlineData("apiVersion: v1\nkind: Secret", "stdin:1: metadata is missing")]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: {}", "stdin:3: metadata.name is missing")]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata:\n  name: Bad_Name",
        "stdin:4: metadata.name must be a name of")]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  annotations:\n    a: 1",
        "stdin:6: metadata.annotations.a must be a text: quote it")]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringDta: {}",
        "stdin:4: stringDta is not a known field: did you mean stringData?")]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData:\n  token: 123",
        "stdin:5: stringData.token must be a text (quote it if it is one), not 123")]
    public void What_is_no_manifest_is_refused_with_its_line(string text, string expected) =>
        Assert.StartsWith(expected, Refusal(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("spec: { quota: many, credentials: { secretRef: { name: s } } }",
        "stdin:4: spec.quota must be a whole number, not many")]
    [InlineData("spec: { mode: Mange, credentials: { secretRef: { name: s } } }",
        "stdin:4: spec.mode must be one of Manage, NoDelete, CreateOnly, Observe, not Mange")]
    [InlineData("spec: { allowedNamespaces: a, credentials: { secretRef: { name: s } } }",
        "stdin:4: spec.allowedNamespaces must be a list, not a")]
    [InlineData("spec: []", "stdin:4: spec must be an object")]
    [InlineData("spec: {}", "stdin:1: spec.credentials must have exactly one of")]
    [InlineData("spec: { quota: 0, credentials: { secretRef: { name: s } } }",
        "stdin:1: spec.quota must be from 1 to 1000")]
    [InlineData("spec: { interval: 1s, credentials: { secretRef: { name: s } } }",
        "stdin:1: spec.interval must be a duration from 10s to 24h")]
    [InlineData("spec: { api: ConnectJira, credentials: { secretRef: { name: s } } }",
        "stdin:1: spec.baseUrl is required for ConnectJira")]
    [InlineData("spec: { baseUrl: 'api.atlassian.com', credentials: { secretRef: { name: s } } }",
        "stdin:1: spec.baseUrl must be an absolute")]
    public void The_rules_of_the_crd_hold_without_a_cluster(string spec, string expected) => Assert.StartsWith(
        expected,
        Refusal("apiVersion: reconciler.io/v1alpha1\nkind: Installation\nmetadata: { name: acme }\n" + spec),
        StringComparison.Ordinal);

    [Fact]
    public void The_same_object_twice_is_refused_with_both_places() => Assert.Equal(
        "stdin:6: Installation default/acme is already declared at stdin:1: remove one, or rename it",
        Refusal(Installation + "---\n" + Installation));

    [Fact]
    public void Directories_are_read_recursively_in_ordinal_order()
    {
        var root = Directory.CreateTempSubdirectory("reconciler-test-");
        try
        {
            Directory.CreateDirectory(Path.Combine(root.FullName, "a"));
            foreach (var file in new[] { "b.yml", "a/x.yaml", "B.json", "a.yaml", "notes.txt" })
            {
                File.WriteAllText(Path.Combine(root.FullName, file), "# nothing but a comment\n");
            }

            var names = ManifestFiles.Read([root.FullName], Stream.Null)
                .Select(file => Path.GetRelativePath(root.FullName, file.Name).Replace('\\', '/'));

            Assert.Equal(["B.json", "a.yaml", "a/x.yaml", "b.yml"], names);
            Assert.Empty(ManifestLoader.Load([root.FullName], Stream.Null).Installations);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static string Module(string data) => $$"""
        apiVersion: reconciler.io/v1alpha1
        kind: DynamicModule
        metadata: { name: m }
        spec:
          installationRef: { name: acme }
          type: t
          data: {{data}}
        """;

    private static string Data(string data)
    {
        var set = Load(Installation + "---\n" + Module(data));
        return Encoding.UTF8.GetString(Assert.Single(set.Modules).Resource.Spec.Data!.Bytes.Span);
    }

    private static ManifestSet Load(string text) =>
        ManifestLoader.Load(["-"], new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static string Refusal(string text) => Assert.Throws<ManifestException>(() => Load(text)).Message;
}
