using System.Text;
using System.Text.RegularExpressions;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Operator.Resources;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Reconciler.Operator.Migration;

/// <summary>
/// Rewrites one DynamicModule document line by line, so that comments and layout stay. The result is read back and must
/// mean what was asked for; a document that is laid out in another way is not edited at all.
/// </summary>
internal sealed partial class YamlModuleEdit(string[] lines)
{
    private readonly List<string> _lines = [.. lines];

    /// <returns>Null when the document cannot be edited safely.</returns>
    public static string[]? Apply(string[] document, ModuleRewrite rewrite)
    {
        try
        {
            var edited = new YamlModuleEdit(document).Edit(rewrite);
            return edited is not null && Means(edited, rewrite) ? edited : null;
        }
        catch (Exception exception) when (exception is ManifestException or YamlDotNet.Core.YamlException)
        {
            return null;
        }
    }

    private string[]? Edit(ModuleRewrite rewrite)
    {
        if (FindSpec() is not { } members || members.GroupBy(member => member.First).Any(line => line.Count() > 1))
        {
            return null;
        }

        var indent = members[0].Indent;
        // From the end, so that line numbers before stay true.
        foreach (var member in members.OrderByDescending(member => member.First))
        {
            if (Replacement(member.Name, indent, rewrite) is { } replacement)
            {
                KeepComment(member, replacement);
                _lines.RemoveRange(member.First, member.Last - member.First + 1);
                _lines.InsertRange(member.First, replacement);
            }
        }

        return [.. _lines];
    }

    private static List<string>? Replacement(string name, int indent, ModuleRewrite rewrite)
    {
        var pad = new string(' ', indent);
        return name switch
        {
            "installationRef" =>
            [
                $"{pad}installationRef:",
                $"{pad}  name: {YamlText.Text(rewrite.Installation.Name)}",
                .. rewrite.NamesNamespace
                    ? new[] { $"{pad}  namespace: {YamlText.Text(rewrite.Installation.Namespace)}" }
                    : [],
            ],
            "type" =>
            [
                $"{pad}type: {YamlText.Text(rewrite.Type)}",
                $"{pad}importKey: {YamlText.Text(rewrite.ImportKey)}",
            ],
            "key" or "importKey" => [],
            "data" when !rewrite.KeepsData => [.. YamlText.Member("data", rewrite.Data, indent)],
            _ => null,
        };
    }

    /// <summary>The comment at the end of the member's first line.</summary>
    private void KeepComment(SpecMember member, List<string> replacement)
    {
        if (replacement.Count > 0 && Comment().Match(_lines[member.First]) is { Success: true } comment)
        {
            replacement[0] += comment.Value;
        }
    }

    private List<SpecMember>? FindSpec()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(string.Join('\n', _lines)));
        if (stream.Documents is not [{ RootNode: YamlMappingNode { Style: not MappingStyle.Flow } root }]
            || root.Children.FirstOrDefault(child => child.Key is YamlScalarNode { Value: "spec" }).Value
                is not YamlMappingNode { Style: not MappingStyle.Flow } spec
            || spec.Children.Keys.Any(key => key is not YamlScalarNode { Value: not "<<" }))
        {
            return null;
        }

        var starts = root.Children.Keys.Concat(spec.Children.Keys)
            .Select(key => (int)key.Start.Line - 1)
            .Append(_lines.Count)
            .Order()
            .ToArray();
        return
        [
            .. spec.Children.Keys.Cast<YamlScalarNode>().Select(key =>
            {
                var first = (int)key.Start.Line - 1;
                return new SpecMember(
                    key.Value!, first, LastLine(first, starts.First(start => start > first)),
                    (int)key.Start.Column - 1);
            }),
        ];
    }

    /// <summary>Comments and empty lines before the next member belong to that one.</summary>
    private int LastLine(int first, int next)
    {
        var last = next - 1;
        while (last > first && (_lines[last].Trim() is "" or "..." || _lines[last].TrimStart().StartsWith('#')))
        {
            last--;
        }

        return last;
    }

    private static bool Means(string[] edited, ModuleRewrite rewrite)
    {
        var text = Encoding.UTF8.GetBytes(string.Join('\n', edited));
        return YamlManifests.Parse("edited", text) is [ManifestNode.Mapping manifest]
            && manifest.Find("spec") is ManifestNode.Mapping spec
            && spec.FindText("type") == rewrite.Type && spec.FindText("importKey") == rewrite.ImportKey
            && spec.Find("key") is null
            && spec.Find("installationRef") is ManifestNode.Mapping reference
            && reference.FindText("name") == rewrite.Installation.Name
            && (reference.FindText("namespace") ?? rewrite.Old.Metadata.Namespace) == rewrite.Installation.Namespace
            && spec.Find("data") is { } data
            && ModuleContent.TryCreate(
                rewrite.Type, JsonBytes.Write(data, static (json, node) => node.Write(json)), out var content, out _)
            && rewrite.Content.Equals(content);
    }

    private sealed record SpecMember(string Name, int First, int Last, int Indent);

    [GeneratedRegex(@"\s+#.*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Comment();
}
