using System.Collections.Immutable;

namespace Reconciler.Core.ModuleRules;

/// <summary>How sure we are that the remote minds.</summary>
public enum AdviceWeight
{
    /// <summary>Not documented, or documented in two ways: the remote may well accept it.</summary>
    Warning,

    /// <summary>Against a documented rule: an error in <c>lint</c>, still only advice in the operator.</summary>
    Error,
}

/// <summary>One thing about a module's data that is not as documented.</summary>
/// <param name="Steps">The way from the data to the value: member names and item numbers.</param>
/// <param name="Message">What is wrong, to be read after the field's name.</param>
public sealed record Advice(AdviceWeight Weight, ImmutableArray<string> Steps, string Message)
{
    /// <summary>The field as a person writes it, such as <c>data.events[0].filter</c>.</summary>
    public string Field => Steps.Aggregate(
        "data", (path, step) => step.Length > 0 && char.IsAsciiDigit(step[0]) ? $"{path}[{step}]" : $"{path}.{step}");

    public override string ToString() => $"{Field} {Message}";
}
