using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Reconciler.Kubernetes.Client;

/// <summary>A mapping in a YAML file that knows where it stands, so that each complaint names file and line.</summary>
internal sealed class YamlSection(string file, YamlMappingNode node)
{
    private static readonly YamlMappingNode Nothing = [];

    public string File => file;

    public string Where => $"{file}:{node.Start.Line}";

    public static YamlSection Read(string file)
    {
        try
        {
            var stream = new YamlStream();
            using var text = new StringReader(System.IO.File.ReadAllText(file));
            stream.Load(text);
            return stream.Documents.Count == 0
                ? new YamlSection(file, Nothing)
                : stream.Documents[0].RootNode is YamlMappingNode root
                    ? new YamlSection(file, root)
                    : throw new ClusterConfigException(
                        $"{file}:1: not a kubeconfig: expected a mapping (apiVersion, clusters, …).");
        }
        catch (YamlException exception)
        {
            throw new ClusterConfigException(
                $"{file}:{exception.Start.Line}: not valid YAML: {exception.GetBaseException().Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ClusterConfigException($"{file}: cannot be read: {exception.Message}", exception);
        }
    }

    public string? Text(string key) => Child(key) switch
    {
        null => null,
        YamlScalarNode scalar => string.IsNullOrEmpty(scalar.Value) ? null : scalar.Value,
        var other => throw Wrong(other, key, "a string"),
    };

    public bool Flag(string key) => Text(key) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw Wrong(Child(key)!, key, "true or false"),
    };

    public YamlSection? Section(string key) => Child(key) switch
    {
        null or YamlScalarNode { Value: "" or null or "null" or "~" } => null,
        YamlMappingNode map => new YamlSection(file, map),
        var other => throw Wrong(other, key, "a mapping"),
    };

    public IReadOnlyList<YamlSection> Sections(string key) =>
        Items(key).Select(item => item as YamlMappingNode ?? throw Wrong(item, key, "a list of mappings"))
            .Select(map => new YamlSection(file, map)).ToList();

    public IReadOnlyList<string> Texts(string key) =>
        Items(key)
            .Select(item => (item as YamlScalarNode)?.Value ?? throw Wrong(item, key, "a list of strings"))
            .ToList();

    private IEnumerable<YamlNode> Items(string key) => Child(key) switch
    {
        null or YamlScalarNode { Value: "" or null or "null" or "~" } => [],
        YamlSequenceNode sequence => sequence.Children,
        var other => throw Wrong(other, key, "a list"),
    };

    private YamlNode? Child(string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private ClusterConfigException Wrong(YamlNode at, string key, string expected) =>
        new($"{file}:{at.Start.Line}: \"{key}\" must be {expected}.");
}
