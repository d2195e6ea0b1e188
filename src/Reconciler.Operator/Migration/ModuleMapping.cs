using System.Collections.Immutable;
using System.Text.Json;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Migration;

/// <summary>
/// Says what a module becomes. The first rule whose type and <c>when</c> fit decides. Without one, a Forge module stays
/// what it is, since both sides know the same types (reference.md §5.1); a Connect module is unmapped.
/// </summary>
internal sealed class ModuleMapping(ImmutableArray<MappingRule> rules, bool sameTypes)
{
    /// <param name="oldKey">The value of <c>${key}</c>.</param>
    public MappingOutcome Map(ModuleContent old, string oldKey)
    {
        using var document = JsonDocument.Parse(old.Data);
        var data = document.RootElement;
        if (rules.FirstOrDefault(candidate => Fits(candidate, old.Type, data)) is { } rule)
        {
            return Apply(rule, old, data, oldKey);
        }

        if (sameTypes)
        {
            return new MappingOutcome.Mapped(old);
        }

        return new MappingOutcome.Unmapped(rules.Any(other => other.From == old.Type)
            ? $"no rule for {old.Type} has a when that fits: add one to the mapping file"
            : $"no rule for type {old.Type}: add one to the mapping file (--mapping)");
    }

    private static bool Fits(MappingRule rule, string type, JsonElement data) =>
        rule.From == type && rule.When.All(condition =>
            data.TryGetProperty(condition.Name, out var value)
            && JsonElement.DeepEquals(value, Parse(condition.Value)));

    private static JsonElement Parse(ManifestNode node) =>
        JsonElement.Parse(JsonBytes.Write(node, static (json, value) => value.Write(json)));

    private static MappingOutcome Apply(MappingRule rule, ModuleContent old, JsonElement data, string oldKey)
    {
        if (rule.Skip is { } reason)
        {
            return new MappingOutcome.Skipped(reason);
        }

        if (rule.Data is not { } template)
        {
            return Result(rule, old.Data);
        }

        var writing = new TemplateWriter(data, oldKey);
        var json = JsonBytes.Write((template, writing), static (json, all) => all.writing.Write(all.template, json));
        if (writing.Problem is { } problem)
        {
            return new MappingOutcome.Unmapped($"{rule.Place}: {problem}");
        }

        string[] lost =
        [
            .. data.EnumerateObject()
                .Select(field => field.Name)
                .Where(name => !writing.Used.Contains(name) && !rule.Drop.Contains(name)),
        ];
        return lost.Length == 0
            ? Result(rule, json)
            : new MappingOutcome.Unmapped(
                $"{rule.Place}: no place for {string.Join(", ", lost)}: use it in data, or list it under drop");
    }

    private static MappingOutcome Result(MappingRule rule, ReadOnlyMemory<byte> json) =>
        ModuleContent.TryCreate(rule.To!, json, out var content, out var error)
            ? new MappingOutcome.Mapped(content!)
            : new MappingOutcome.Unmapped($"{rule.Place}: the new data cannot be used: {error}");
}
