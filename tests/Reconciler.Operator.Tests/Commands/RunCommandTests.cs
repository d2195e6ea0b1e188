using System.CommandLine;
using Reconciler.Operator.Commands;

namespace Reconciler.Operator.Tests.Commands;

public sealed class RunCommandTests
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    [Fact]
    public void Every_option_has_a_variable_and_a_description()
    {
        foreach (var option in Create().Options)
        {
            var variable = "RECONCILER_" + option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant();
            Assert.Contains($"[{variable}]", option.Description, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--concurrency 0", "--concurrency cannot be '0'")]
    [InlineData("--concurrency many", "--concurrency cannot be 'many'")]
    [InlineData("--metrics-bind 8080", "--metrics-bind cannot be '8080', expected 0.0.0.0:8080")]
    [InlineData("--health-bind host:1", "--health-bind cannot be 'host:1'")]
    [InlineData("--log-format xml", "--log-format cannot be 'xml'")]
    [InlineData("--lease-duration fast", "--lease-duration must be a duration")]
    [InlineData("--leader-elect=maybe", "--leader-elect cannot be 'maybe'")]
    [InlineData("--forge-trusted-proxies ingress", "--forge-trusted-proxies cannot be 'ingress', expected CIDR")]
    [InlineData("--forge-trusted-proxies 10.0.0.0/33", "--forge-trusted-proxies cannot be '10.0.0.0/33'")]
    public void A_value_that_cannot_be_used_is_one_clear_error(string arguments, string expected)
    {
        var error = Assert.Single(Create().Parse(arguments).Errors);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Namespaces_are_repeated_or_listed_in_the_variable()
    {
        Assert.Equal(["a", "b"], Create().Parse("--namespace a --namespace b").GetValue<string[]>("--namespace")!);
        _variables["RECONCILER_NAMESPACE"] = "c, d";
        Assert.Equal(["c", "d"], Create().Parse("").GetValue<string[]>("--namespace")!);
    }

    [Theory]
    [InlineData("", "ByPlace")]
    [InlineData("--leader-elect", "Yes")]
    [InlineData("--leader-elect=false", "No")]
    [InlineData("--leader-elect true", "Yes")]
    public void Leader_election_is_decided_by_the_place_unless_it_is_said(string arguments, string expected) =>
        Assert.Equal(expected, Create().Parse(arguments).GetValue<Enum>("--leader-elect")!.ToString());

    [Theory]
    [InlineData("", null)]
    [InlineData("--console-bind", "127.0.0.1:8082")]
    [InlineData("--console-bind 9000", "127.0.0.1:9000")]
    [InlineData("--console-bind :9000", "127.0.0.1:9000")]
    [InlineData("--console-bind 0.0.0.0:9000", "0.0.0.0:9000")]
    [InlineData("--console-bind=[::1]:0", "[::1]:0")]
    public void The_console_is_off_and_on_loopback_unless_it_is_said(string arguments, string? expected) =>
        Assert.Equal(
            expected, Create().Parse(arguments).GetValue<System.Net.IPEndPoint>("--console-bind")?.ToString());

    private Command Create()
    {
        var options = new CommandOptions(_variables.GetValueOrDefault);
        var terminal = new Terminal(
            TextWriter.Null, TextWriter.Null, Stream.Null, IsInteractive: false, HasColors: false,
            _variables.GetValueOrDefault);
        return RunCommand.Create(options, terminal, options.Flag("--verbose", ""));
    }
}
