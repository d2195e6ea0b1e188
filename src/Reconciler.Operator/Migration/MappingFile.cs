using System.Collections.Immutable;
using System.Text.Json;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Migration;

/// <summary>Reads a mapping file: one object of kind ModuleMapping with a list of rules.</summary>
internal static class MappingFile
{
    private static readonly string[] Fields = ["from", "when", "to", "data", "drop", "skip"];

    /// <exception cref="ManifestException">At the first thing that is no rule.</exception>
    public static ImmutableArray<MappingRule> Load(string path)
    {
        var (name, text) = ManifestFiles.Read([path], Stream.Null)[0];
        if (YamlManifests.Parse(name, text) is not [ManifestNode.Mapping file]
            || file.FindText("apiVersion") != "migrate.reconciler.io/v1" || file.FindText("kind") != "ModuleMapping")
        {
            throw new ManifestException(
                $"{path}: not a mapping file: "
                + "expected one object of migrate.reconciler.io/v1 ModuleMapping with rules");
        }

        return file.Find("rules") is ManifestNode.Sequence rules
            ? [.. rules.Items.Select(Read)]
            : throw new ManifestException(file.Place, "rules is missing: add a list of from, to and data");
    }

    private static MappingRule Read(ManifestNode node)
    {
        if (node is not ManifestNode.Mapping rule)
        {
            throw new ManifestException(node.Place, "a rule must be an object with from, to and data");
        }

        foreach (var member in rule.Members.Where(member => !Fields.Contains(member.Name)))
        {
            throw new ManifestException(
                member.Place, NearestName.Explain($"rules[].{member.Name}", member.Name, Fields));
        }

        var from = rule.FindText("from")
            ?? throw new ManifestException(rule.Place, "from is missing: name the old type");
        var (to, skip) = (rule.FindText("to"), rule.FindText("skip"));
        if (to is null == skip is null)
        {
            throw new ManifestException(
                rule.Place, $"the rule for {from} needs either to, the new type, or skip, the reason to stay behind");
        }

        return new MappingRule(rule.Place, from)
        {
            To = to,
            Skip = skip,
            When = [.. Optional(rule, "when")?.Members ?? []],
            Data = Optional(rule, "data"),
            Drop = Drop(rule),
        };
    }

    private static ManifestNode.Mapping? Optional(ManifestNode.Mapping rule, string name) => rule.Find(name) switch
    {
        null => null,
        ManifestNode.Mapping mapping => mapping,
        var other => throw new ManifestException(other.Place, $"{name} must be an object"),
    };

    private static ImmutableArray<string> Drop(ManifestNode.Mapping rule) => rule.Find("drop") switch
    {
        null => [],
        ManifestNode.Sequence list => [.. list.Items.Select(Name)],
        var other => throw new ManifestException(other.Place, "drop must be a list of field names"),
    };

    private static string Name(ManifestNode node) =>
        node is ManifestNode.Scalar { ScalarKind: JsonValueKind.String, Text: var text }
            ? text
            : throw new ManifestException(node.Place, "drop must be a list of field names: quote it if it is one");
}
