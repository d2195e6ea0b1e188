using System.Text.Json;
using Reconciler.Emulator.Faults;
using Reconciler.Emulator.State;
using Reconciler.Operator.Resources;
using Reconciler.TestKit.Wire;

namespace Reconciler.Operator.Tests.Commands;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("kind: [", "m.yaml:2: not valid YAML: ")]
    [InlineData(
        "apiVersion: reconciler.io/v1alpha1\nkind: DynamicModule\nmetadata: { name: m }\n"
        + "spec:\n  instalationRef: { name: acme }\n",
        "m.yaml:5: spec.instalationRef is not a known field: did you mean installationRef?")]
    [InlineData(
        "apiVersion: reconciler.io/v1alpha1\nkind: DynamicModule\nmetadata: { name: m }\n"
        + "spec:\n  installationRef: { name: acme }\n  type: t\n  data: {}\n  suspend: 'yes'\n",
        "m.yaml:8: spec.suspend must be true or false, not yes")]
    [InlineData(
        "apiVersion: reconciler.io/v1alpha1\nkind: DynamicModule\nmetadata: { name: m }\n"
        + "spec:\n  installationRef: { name: other }\n  type: t\n  data: {}\n",
        "m.yaml:1: spec.installationRef names Installation default/other, which none of the files holds: "
        + "add it with -f")]
    [InlineData(
        "apiVersion: reconciler.io/v1\nkind: DynamicModule\nmetadata: { name: m }\n",
        "m.yaml:1: reconciler.io/v1 DynamicModule is not known: use reconciler.io/v1alpha1, "
        + "Installation or DynamicModule")]
    public async Task Bad_input_is_one_line_with_file_and_line(string text, string expected)
    {
        await using var cli = await CommandFixture.StartAsync();
        var path = cli.Write("m.yaml", text);

        var error = (await cli.PlanAsync()).SingleError();

        Assert.StartsWith(
            $"error: {Path.GetDirectoryName(path)}{Path.DirectorySeparatorChar}{expected}", error,
            StringComparison.Ordinal);
        Assert.Empty(cli.Server.Requests());
    }

    [Fact]
    public async Task A_missing_secret_says_where_to_give_the_token()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Write("installation.yaml", cli.InstallationYaml().Split("---\n")[1]);
        cli.Write("m.yaml", CommandFixture.ModuleYaml("orders"));

        var error = (await cli.PlanAsync()).SingleError();

        Assert.EndsWith(
            "installation.yaml:1: Installation default/acme needs Secret default/acme-token, which none of the files "
            + "holds: add it with -f, or give the token with --token-file or RECONCILER_TOKEN", error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_token_is_one_line_and_never_printed()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Variables["RECONCILER_TOKEN"] = "canary-token-value";
        cli.Write("m.yaml", CommandFixture.ModuleYaml("orders"));

        var plan = await cli.PlanAsync("--verbose");
        var apply = await cli.ApplyAsync();

        Assert.Contains("AuthorizationFailed", plan.Error, StringComparison.Ordinal);
        Assert.Contains("AuthorizationFailed", apply.SingleError(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", plan.Error + apply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_host_is_one_line_naming_it()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Write("m.yaml", CommandFixture.ModuleYaml("orders"));
        using var deaf = new DeafPort();
        cli.Write("installation.yaml", cli.InstallationYaml().Replace(
            cli.Server.BaseUrl.Authority, deaf.Address.Authority, StringComparison.Ordinal));

        var error = (await cli.ApplyAsync()).SingleError();

        Assert.StartsWith(
            $"error: Installation default/acme ({deaf.Address}): RemoteUnavailable: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_one_line_and_nothing_is_sent()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Write("m.yaml", CommandFixture.ModuleYaml("orders"));
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("localhost");
        await using var remote = new TlsFront(cli.Server.BaseUrl, certificate);
        cli.Write("installation.yaml", cli.InstallationYaml().Replace(
            cli.Server.BaseUrl.GetLeftPart(UriPartial.Authority), $"{remote.AddressAs("localhost")}",
            StringComparison.Ordinal));

        foreach (var result in new[] { await cli.PlanAsync(), await cli.ApplyAsync() })
        {
            AssertUnavailable(result, remote.AddressAs("localhost"), "certificate");
        }

        Assert.Empty(cli.Server.Requests());
    }

    [Theory]
    [InlineData(FaultKind.GarbledJson, "the list cannot be read")]
    [InlineData(FaultKind.HtmlBody, "the list cannot be read")]
    [InlineData(FaultKind.EndlessList, "the list does not end")]
    public async Task A_list_that_proves_nothing_is_one_line_and_nothing_is_written(FaultKind fault, string expected)
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Write("m.yaml", CommandFixture.ModuleYaml("orders"));
        using var data = JsonDocument.Parse("{}");
        cli.Server.Foreign(new ForeignWrite { Type = "macro", Data = data.RootElement });
        cli.Server.AddFault(new FaultRule { Kind = fault, Verb = "GET" });

        foreach (var result in new[] { await cli.PlanAsync(), await cli.ApplyAsync() })
        {
            AssertUnavailable(result, cli.Server.BaseUrl, expected);
        }

        Assert.Equal(0, cli.Writes);
        Assert.False(File.Exists(Path.Combine(cli.State, "ledgers", "default", "acme.json")));
    }

    [Fact]
    public async Task Plain_http_is_for_loopback_hosts_only()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Write(
            "installation.yaml", cli.InstallationYaml().Replace("127.0.0.1", "example.com", StringComparison.Ordinal));

        Assert.Contains("uses plain http; use https", (await cli.PlanAsync()).SingleError(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_apply_over_the_same_state_is_told_who_holds_it()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Write("m.yaml", CommandFixture.ModuleYaml("orders"));
        using var held = StateLock.Take(cli.State, Guid.CreateVersion7);

        var error = (await cli.ApplyAsync()).SingleError();

        Assert.Equal(
            $"error: {cli.State}: in use by process {Environment.ProcessId}: wait until it ends, or choose another "
            + "directory with --state", error);
    }

    [Fact]
    public async Task A_ledger_of_a_newer_version_stops_the_run_before_anything_is_sent()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Write("m.yaml", CommandFixture.ModuleYaml("orders"));
        var path = Path.Combine(cli.State, "ledgers", "default", "acme.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, """{"formatVersion":2}""");

        var error = (await cli.ApplyAsync()).SingleError();

        Assert.Contains($"{path}: the ledger has format version 2", error, StringComparison.Ordinal);
        Assert.Equal(0, cli.Writes);
    }

    [Fact]
    public async Task An_object_of_three_megabytes_is_refused_with_its_size()
    {
        await using var cli = await CommandFixture.StartAsync();
        cli.Write("big.yaml", CommandFixture.ModuleYaml("big", data: $"{{ title: {new string('x', 3_000_000)} }}"));

        Assert.EndsWith(
            "big.yaml:1: spec.data has 3000012 bytes as JSON; at most 65536 are accepted",
            (await cli.PlanAsync()).SingleError(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plan",
        "--file is missing: name files, directories, or - for standard input; see reconciler plan --help")]
    [InlineData("plan -f /nowhere/at/all",
        "/nowhere/at/all: no such file or directory: -f takes files, directories and -")]
    [InlineData("plan -f x -o xml", "see reconciler plan --help")]
    [InlineData("aply", "see reconciler --help")]
    [InlineData("apply -f x --timeout soon",
        "--timeout must be a duration such as 10m, not 'soon'; see reconciler apply --help")]
    public async Task A_wrong_command_line_is_told_in_one_line(string arguments, string expected)
    {
        await using var cli = await CommandFixture.StartAsync();

        var result = await cli.RunAsync(arguments.Split(' '));

        Assert.Equal((1, ""), (result.Code, result.Output));
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.EndsWith(expected, result.Error.Split('\n')[0], StringComparison.Ordinal);
    }

    private static void AssertUnavailable(CommandResult result, Uri address, string expected)
    {
        var error = result.SingleError();
        Assert.StartsWith(
            $"error: Installation default/acme ({address}): RemoteUnavailable: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.OrdinalIgnoreCase);
    }
}
