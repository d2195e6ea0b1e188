using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Reconciler.Core.ModuleRules;

/// <summary>Compares a value with a shape and collects what differs, in the order of the document.</summary>
internal sealed class ShapeCheck(bool isClosed)
{
    private readonly ImmutableArray<Advice>.Builder _found = ImmutableArray.CreateBuilder<Advice>();

    public static ImmutableArray<Advice> Compare(
        JsonElement value, Shape shape, bool isClosed, ImmutableArray<string> steps)
    {
        var check = new ShapeCheck(isClosed);
        check.Visit(value, shape, steps);
        return check._found.ToImmutable();
    }

    private void Visit(JsonElement value, Shape shape, ImmutableArray<string> steps)
    {
        switch (shape)
        {
            case Shape.Any:
                break;
            case Shape.Truth:
                Expect(value.ValueKind is JsonValueKind.True or JsonValueKind.False, steps, "must be true or false");
                break;
            case Shape.Number:
                Expect(value.ValueKind == JsonValueKind.Number, steps, "must be a number");
                break;
            case Shape.Literal literal:
                Expect(IsLiteral(value, literal), steps, $"must be {literal.Value}");
                break;
            case Shape.Text text:
                VisitText(value, text, steps);
                break;
            case Shape.List list:
                VisitList(value, list, steps);
                break;
            case Shape.Choice choice:
                VisitChoice(value, choice, steps);
                break;
            case Shape.Members members:
                VisitMembers(value, members, steps);
                break;
            default:
                throw new InvalidOperationException($"unhandled {shape.GetType().Name}");
        }
    }

    private void VisitText(JsonElement value, Shape.Text shape, ImmutableArray<string> steps)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Add(AdviceWeight.Error, steps, "must be a text");
            return;
        }

        var text = value.GetString()!;
        Expect(
            shape.LengthMax is not { } longest || text.Length <= longest, steps,
            $"has {text.Length} characters, at most {shape.LengthMax} are allowed");
        if (shape.Pattern is { } pattern && !Matches(pattern, text))
        {
            Add(shape.Strict ? AdviceWeight.Error : AdviceWeight.Warning, steps, $"does not match {pattern}");
        }
    }

    private void VisitList(JsonElement value, Shape.List shape, ImmutableArray<string> steps)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            Add(AdviceWeight.Error, steps, "must be a list");
            return;
        }

        Expect(!shape.AtLeastOne || value.GetArrayLength() > 0, steps, "must not be empty");
        foreach (var (index, item) in value.EnumerateArray().Index())
        {
            Visit(item, shape.Item, steps.Add($"{index}"));
        }
    }

    /// <summary>The option that fits best speaks: one without errors, else the one of the value's kind.</summary>
    private void VisitChoice(JsonElement value, Shape.Choice shape, ImmutableArray<string> steps)
    {
        var tried = shape.Options.Select(option => (option, Found: Compare(value, option, isClosed, steps))).ToList();
        var fitting = tried.Where(one => one.Found.All(advice => advice.Weight == AdviceWeight.Warning)).ToList();
        if (fitting.Count > 0)
        {
            _found.AddRange(fitting.MinBy(one => one.Found.Length).Found);
            return;
        }

        var near = tried.Where(one => IsKindOf(value, one.option)).ToList();
        if (near.Count > 0)
        {
            _found.AddRange(near[0].Found);
            return;
        }

        Add(AdviceWeight.Error, steps, $"must be {string.Join(", ", shape.Options.Select(Describe).Distinct())}");
    }

    private void VisitMembers(JsonElement value, Shape.Members shape, ImmutableArray<string> steps)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Add(AdviceWeight.Error, steps, "must be an object");
            return;
        }

        foreach (var (name, member) in shape.ByName)
        {
            if (member.Presence != Presence.Optional && !value.TryGetProperty(name, out _))
            {
                var required = member.Presence == Presence.Required;
                Add(
                    required ? AdviceWeight.Error : AdviceWeight.Warning, steps.Add(name),
                    required ? "is missing: add it" : "is missing: some documents require it");
            }
        }

        shape.Groups.ToList().ForEach(group => VisitGroup(value, group, steps));
        foreach (var given in value.EnumerateObject())
        {
            if (shape.ByName.TryGetValue(given.Name, out var member))
            {
                Visit(given.Value, member.Shape, steps.Add(given.Name));
            }
            else if (isClosed && !IsAlwaysKnown(given.Name, steps))
            {
                Add(AdviceWeight.Warning, steps.Add(given.Name), "is not documented; it is sent as it is");
            }
        }
    }

    private void VisitGroup(JsonElement value, Group group, ImmutableArray<string> steps)
    {
        var given = group.Names.Count(name => value.TryGetProperty(name, out _));
        var names = string.Join(" or ", group.Names);
        Expect(given > 0, steps, $"lacks {names}: add one");
        Expect(given <= 1 || !group.Exactly, steps, $"has more than one of {names}: keep one");
    }

    /// <summary>The key is set by the server or by <c>spec.key</c>; translations stand beside their field.</summary>
    private static bool IsAlwaysKnown(string name, ImmutableArray<string> steps) =>
        (steps.IsEmpty && name == "key") || name.EndsWith("__i18n", StringComparison.Ordinal);

    private static bool IsLiteral(JsonElement value, Shape.Literal literal) =>
        value.ValueKind == JsonValueKind.String && value.ValueEquals(literal.Value);

    private static bool IsKindOf(JsonElement value, Shape shape) => shape switch
    {
        Shape.Text => value.ValueKind == JsonValueKind.String,
        Shape.List => value.ValueKind == JsonValueKind.Array,
        Shape.Members => value.ValueKind == JsonValueKind.Object,
        _ => false,
    };

    private static string Describe(Shape shape) => shape switch
    {
        Shape.Literal literal => literal.Value,
        Shape.Text => "a text",
        Shape.List => "a list",
        Shape.Members => "an object",
        Shape.Truth => "true or false",
        Shape.Number => "a number",
        _ => "something else",
    };

    // Patterns are ours and data is at most 64 KB; the timeout is only a last resort.
    private static bool Matches(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private void Expect(bool holds, ImmutableArray<string> steps, string otherwise)
    {
        if (!holds)
        {
            Add(AdviceWeight.Error, steps, otherwise);
        }
    }

    private void Add(AdviceWeight weight, ImmutableArray<string> steps, string message) =>
        _found.Add(new Advice(weight, steps, message));
}
