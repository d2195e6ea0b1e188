using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Reconciler.Core.ModuleRules;

/// <summary>
/// Reads the notation of the shape tables, which is that of the documentation:
/// <code>
/// name = shape;                 a definition; "@name" refers to it, "&amp;name" in an object includes its members
/// { a*: s, b+: s, c: s }        object: a is required, b recommended, c optional; any other member is not documented
/// { one(a: s, b: s) }           exactly one of them; some(…): at least one
/// [s]  [s]+                     array; with at least one item
/// 'x' | 'y' | s                 one of these
/// text&lt;=255~/^x$/               text, longest length, pattern; ~? instead of ~: a violation is only a warning
/// bool  number  any
/// </code>
/// </summary>
internal sealed class ShapeParser
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Shape> _known = new(StringComparer.Ordinal);
    private readonly string _source;
    private int _at;

    private ShapeParser(string source) => _source = source;

    /// <exception cref="FormatException">The table has a mistake; its place is in the message.</exception>
    public static ImmutableSortedDictionary<string, Shape> Parse(string source)
    {
        var parser = new ShapeParser(source);
        while (parser.Peek() != '\0')
        {
            var name = parser.Name();
            parser.Expect('=');
            parser._known.Add(name, parser.Choice());
            parser.Expect(';');
        }

        return parser._known.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private Shape Choice()
    {
        var options = ImmutableArray.Create(One());
        while (Accept('|'))
        {
            options = options.Add(One());
        }

        return options.Length == 1 ? options[0] : new Shape.Choice(options);
    }

    private Shape One()
    {
        switch (Peek())
        {
            case '{':
                return Members();
            case '[':
                Expect('[');
                var item = Choice();
                Expect(']');
                return new Shape.List(item, Accept('+'));
            case '\'':
                return new Shape.Literal(Quoted('\''));
            case '@':
                Expect('@');
                return Known(Name());
            default:
                return Name() switch
                {
                    "any" => new Shape.Any(),
                    "bool" => new Shape.Truth(),
                    "number" => new Shape.Number(),
                    "text" => Text(),
                    var other => throw Wrong($"'{other}' is no shape"),
                };
        }
    }

    private Shape.Text Text()
    {
        int? longest = null;
        if (Accept('<'))
        {
            Expect('=');
            longest = int.Parse(Name(), CultureInfo.InvariantCulture);
        }

        if (!Accept('~'))
        {
            return new Shape.Text(longest, null, Strict: false);
        }

        var strict = !Accept('?');
        var pattern = new Regex(Quoted('/'), RegexOptions.CultureInvariant, PatternTimeout);
        return new Shape.Text(longest, pattern, strict);
    }

    private Shape.Members Members()
    {
        var members = new SortedDictionary<string, Member>(StringComparer.Ordinal);
        var groups = ImmutableArray.CreateBuilder<Group>();
        Expect('{');
        do
        {
            if (Accept('&'))
            {
                var included = (Shape.Members)Known(Name());
                included.ByName.ToList().ForEach(member => members[member.Key] = member.Value);
                groups.AddRange(included.Groups);
                continue;
            }

            var name = Name();
            if (name is "one" or "some" && Accept('('))
            {
                groups.Add(new Group(GroupOf(members), name == "one"));
                continue;
            }

            AddMember(members, name);
        }
        while (Accept(','));
        Expect('}');
        return new Shape.Members(members.ToImmutableSortedDictionary(StringComparer.Ordinal), groups.ToImmutable());
    }

    private ImmutableArray<string> GroupOf(SortedDictionary<string, Member> members)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        do
        {
            names.Add(Name());
            AddMember(members, names[^1]);
        }
        while (Accept(','));
        Expect(')');
        return names.ToImmutable();
    }

    private void AddMember(SortedDictionary<string, Member> members, string name)
    {
        var presence = Accept('*') ? Presence.Required : Accept('+') ? Presence.Recommended : Presence.Optional;
        Expect(':');
        members[name] = new Member(Choice(), presence);
    }

    private Shape Known(string name) =>
        _known.TryGetValue(name, out var shape) ? shape : throw Wrong($"'{name}' is not defined above");

    private string Name()
    {
        Peek();
        var begin = _at;
        while (_at < _source.Length && (char.IsAsciiLetterOrDigit(_source[_at]) || IsNameSign(begin)))
        {
            _at++;
        }

        return _at > begin ? _source[begin.._at] : throw Wrong("a name is missing");
    }

    // Types are names with a colon inside, as jira:issuePanel; a member's colon is followed by a blank.
    private bool IsNameSign(int begin) => _source[_at] == '_'
        || (_source[_at] == ':' && _at > begin && _at + 1 < _source.Length && char.IsAsciiLetter(_source[_at + 1]));

    private string Quoted(char quote)
    {
        Expect(quote);
        var end = _source.IndexOf(quote, _at);
        var text = end < 0 ? throw Wrong($"a closing {quote} is missing") : _source[_at..end];
        _at = end + 1;
        return text;
    }

    private char Peek()
    {
        while (_at < _source.Length && char.IsWhiteSpace(_source[_at]))
        {
            _at++;
        }

        return _at < _source.Length ? _source[_at] : '\0';
    }

    private bool Accept(char sign)
    {
        if (Peek() != sign)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(char sign)
    {
        if (!Accept(sign))
        {
            throw Wrong($"expected {sign}");
        }
    }

    private FormatException Wrong(string what) =>
        new($"{what} at {_source[Math.Max(0, _at - 40)..Math.Min(_at, _source.Length)]}▸");
}
