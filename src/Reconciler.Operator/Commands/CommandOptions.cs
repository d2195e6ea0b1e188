using System.CommandLine;
using System.CommandLine.Parsing;

namespace Reconciler.Operator.Commands;

/// <summary>Makes options. Each has a variable: <c>RECONCILER_</c> and the option's name in capitals; the option
/// wins.</summary>
internal sealed class CommandOptions(Func<string, string?> variable)
{
    public Option<string?> Text(string name, string helpName, string description, string? standard = null) => new(name)
    {
        Description = Describe(name, description),
        HelpName = helpName,
        DefaultValueFactory = _ => Find(name) ?? standard,
    };

    public Option<bool> Flag(string name, string description) => new(name)
    {
        Description = Describe(name, description),
        DefaultValueFactory = result => Find(name) is { } text && Truth(result, name, text),
    };

    /// <summary>May be repeated; the variable separates its values by the path separator of the system.</summary>
    public Option<string[]> OptionalPaths(string name, string? alias, string helpName, string description) =>
        new(name, alias is null ? [] : [alias])
        {
            Description = Describe(name, description),
            HelpName = helpName,
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ =>
                Find(name)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [],
        };

    /// <inheritdoc cref="OptionalPaths"/>
    public Option<string[]> Paths(string name, string? alias, string helpName, string description)
    {
        var option = OptionalPaths(name, alias, helpName, description);
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string[]>() is not { Length: > 0 })
            {
                result.AddError($"{name} is missing: name files, directories, or - for standard input");
            }
        });
        return option;
    }

    /// <summary>May be repeated; the variable separates its values by commas.</summary>
    public Option<string[]> Values(string name, string helpName, string description) => new(name)
    {
        Description = Describe(name, description),
        HelpName = helpName,
        DefaultValueFactory = _ => Find(name)?.Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
    };

    public Option<TimeSpan> Duration(string name, string standard, string description)
    {
        return new Option<TimeSpan>(name)
        {
            Description = Describe(name, $"{description} [default: {standard}]"),
            HelpName = "DURATION",
            DefaultValueFactory = result => Parse(result, Find(name) ?? standard),
            CustomParser = result => Parse(result, result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value),
        };

        TimeSpan Parse(ArgumentResult result, string text)
        {
            if (Resources.Durations.TryParse(text, out var duration))
            {
                return duration;
            }

            result.AddError($"{name} must be a duration such as {standard}, not '{text}'");
            return default;
        }
    }

    /// <summary>A value with a form of its own; null as <paramref name="standard"/> makes it optional. Values of a
    /// repeated option reach the parser joined by commas, as in its variable.</summary>
    public Option<T> Parsed<T>(
        string name, string helpName, string? standard, string description, OptionParser<T> parser)
    {
        return new Option<T>(name)
        {
            Description = Describe(name, standard is null ? description : $"{description} [default: {standard}]"),
            HelpName = helpName,
            // The library also asks for the default when the option was named without its optional value.
            DefaultValueFactory = result => IsNamed(result) ? Parse(result, "")
                : (Find(name) ?? standard) is { } text ? Parse(result, text) : default!,
            CustomParser = result => Parse(result, string.Join(',', result.Tokens.Select(token => token.Value))),
        };

        T Parse(ArgumentResult result, string text)
        {
            if (parser(text, out var value))
            {
                return value;
            }

            result.AddError($"{name} cannot be '{text}', expected {standard ?? helpName}");
            return default!;
        }
    }

    private static bool IsNamed(ArgumentResult result) => result.Parent is OptionResult { Implicit: false };

    private static bool Truth(ArgumentResult result, string name, string text)
    {
        switch (text.ToUpperInvariant())
        {
            case "TRUE" or "1":
                return true;
            case "FALSE" or "0":
                return false;
            default:
                result.AddError($"{VariableOf(name)} must be true or false, not '{text}'");
                return false;
        }
    }

    private string? Find(string name) =>
        variable(VariableOf(name)) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private static string Describe(string name, string description) => $"{description} [{VariableOf(name)}]";

    private static string VariableOf(string name) =>
        "RECONCILER_" + name.TrimStart('-').Replace('-', '_').ToUpperInvariant();
}

/// <summary>Reads the text of an option; false when it cannot be used.</summary>
internal delegate bool OptionParser<T>(string text, out T value);
