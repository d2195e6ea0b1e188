using System.Reflection;
using System.Text.RegularExpressions;

namespace Reconciler.Atlassian.Tests.Documented;

/// <summary>Each contradiction between the public pages has a test that names it
/// (issue 4; docs/remote-apis.md).</summary>
public sealed partial class ContradictionsTests
{
    // X17: forms of an SDK that does not run here. X19: a heading. Neither reaches the wire.
    private static readonly int[] NotOnTheWire = [17, 19];

    [Fact]
    public void Every_contradiction_that_reaches_the_wire_is_named_by_a_test()
    {
        var named = typeof(ContradictionsTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .SelectMany(method => Number().Matches(method.Name))
            .Select(match => int.Parse(match.Groups["number"].Value));
        Assert.Empty(Enumerable.Range(1, 21).Except(NotOnTheWire).Except(named));
    }

    [GeneratedRegex("(^|_)X(?<number>[0-9]+)(?=_)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
