namespace Reconciler.HouseRules;

/// <summary>The scan that the rules of direction rest on sees each form in which a namespace can be named.</summary>
public sealed class ImportsTests
{
    [Theory]
    [InlineData("using Reconciler.Core.Status;")]
    [InlineData("using Reconciler.Core.Status.Deeper;")]
    [InlineData("global using Reconciler.Core.Status;")]
    [InlineData("using static Reconciler.Core.Status.Reasons;")]
    [InlineData("using global::Reconciler.Core.Status;")]
    [InlineData("using Severity = Reconciler.Core.Status.EventSeverity;")]
    [InlineData("using Many = Reconciler.Core.Status.Many<int>;")]
    [InlineData("    return Reconciler.Core.Status.Condition.None;")]
    [InlineData("    return global::Reconciler.Core.Status.Condition.None;")]
    [InlineData("    private Core.Status.Condition? _last;")]
    public void A_namespace_is_seen(string line) => Assert.True(new Imports([line]).Name("Reconciler.Core.Status"));

    [Theory]
    [InlineData("namespace Reconciler.Core.Status;")]
    [InlineData("using Reconciler.Core.Statuses;")]
    [InlineData("using var stream = File.OpenRead(path);")]
    [InlineData("// see Reconciler.Core.Status.Condition")]
    [InlineData("    Log(\"Reconciler.Core.Status.Condition\");")]
    [InlineData("    return my.Core.Status.Condition;")]
    public void Nothing_else_is_taken_for_it(string line) =>
        Assert.False(new Imports([line]).Name("Reconciler.Core.Status"));

    [Theory]
    [InlineData("    return Status.Condition.None;", true)]
    [InlineData("    return Status.Length;", false)]
    [InlineData("    return answer.Status.Condition;", false)]
    public void A_short_name_counts_where_the_type_lives_there(string line, bool seen) =>
        Assert.Equal(seen, new Imports([line]).NameShort("Status", new HashSet<string> { "Condition" }));
}
