using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Reconciler.Operator.Resources;

/// <summary>Reads multi-document YAML as kubectl does: YAML 1.1 scalars, merge keys, anchors.</summary>
internal sealed class YamlManifests
{
    /// <summary>Most values one file may expand to: stops aliases that multiply (the "billion laughs").</summary>
    private const int ValuesMax = 1_000_000;

    private const int DepthMax = 100;

    private readonly string _file;
    private int _values;

    private YamlManifests(string file) => _file = file;

    /// <exception cref="ManifestException">Not YAML, or more than can be meant.</exception>
    public static List<ManifestNode> Parse(string file, ReadOnlySpan<byte> text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(text)));
        }
        catch (YamlException exception)
        {
            var what = (exception.InnerException as YamlException ?? exception).Message;
            throw new ManifestException(
                new ManifestPlace(file, exception.Start.Line), $"not valid YAML: {Clean(what)}", exception);
        }
        catch (DecoderFallbackException exception)
        {
            throw new ManifestException($"{file}: not UTF-8 text: save it as UTF-8", exception);
        }

        var reader = new YamlManifests(file);
        return [.. stream.Documents.Select(document => reader.Convert(document.RootNode, 0)).Where(IsContent)];
    }

    /// <summary>A document of nothing but comments is null.</summary>
    private static bool IsContent(ManifestNode node) => node.Kind != JsonValueKind.Null;

    private ManifestNode Convert(YamlNode node, int depth)
    {
        var place = new ManifestPlace(_file, node.Start.Line);
        if (++_values > ValuesMax || depth > DepthMax)
        {
            throw new ManifestException(
                place, $"more than {ValuesMax} values or {DepthMax} levels: split the file, or untangle its aliases");
        }

        return node switch
        {
            YamlMappingNode mapping => Mapping(mapping, place, depth),
            YamlSequenceNode sequence => new ManifestNode.Sequence(
                place, [.. sequence.Children.Select(child => Convert(child, depth + 1))]),
            YamlScalarNode scalar => YamlScalars.Resolve(scalar, place),
            _ => throw new ManifestException(place, "an alias that names no anchor"),
        };
    }

    private ManifestNode.Mapping Mapping(YamlMappingNode mapping, ManifestPlace place, int depth)
    {
        var members = new Dictionary<string, ManifestMember>(StringComparer.Ordinal);
        var merged = new List<ManifestMember>();
        foreach (var (key, value) in mapping.Children)
        {
            var at = new ManifestPlace(_file, key.Start.Line);
            if (key is not YamlScalarNode { Value: { } name } scalar)
            {
                throw new ManifestException(at, "the name of a member must be a text");
            }

            var converted = Convert(value, depth + 1);
            if (name == "<<" && scalar.Style == ScalarStyle.Plain)
            {
                merged.AddRange(Merged(converted));
            }
            else if (!members.TryAdd(name, new ManifestMember(name, at, converted)))
            {
                throw new ManifestException(at, $"\"{name}\" appears twice in one mapping: remove one");
            }
        }

        // What the mapping says itself wins; of several merged ones the first.
        foreach (var member in merged)
        {
            members.TryAdd(member.Name, member);
        }

        return new ManifestNode.Mapping(place, [.. members.Values]);
    }

    private static IEnumerable<ManifestMember> Merged(ManifestNode value) => value switch
    {
        ManifestNode.Mapping mapping => mapping.Members,
        ManifestNode.Sequence sequence => sequence.Items.SelectMany(Merged),
        _ => throw new ManifestException(value.Place, "a merge key (<<) takes a mapping or a list of mappings"),
    };

    private static string Clean(string message) => message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
