using Reconciler.EndToEnd.Tests.Charts;
using Reconciler.EndToEnd.Tests.Scenarios;
using Reconciler.TestKit.Processes;
using Reconciler.TestKit.Wire;

namespace Reconciler.EndToEnd.Tests.Security;

/// <summary>A proxy that the environment names, for processes as they are started: remotes are called through it, but
/// for those of NO_PROXY (docs/threat-model.md, docs/install.md).</summary>
public sealed class ProxyTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    // Nobody resolves this name (RFC 6761), so that only a proxy leads there.
    private const string FarHost = "remote.test";

    private static readonly string[] Variables = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "ALL_PROXY"];

    [Theory]
    [InlineData(FarHost)]
    [InlineData("localhost")]
    public async Task The_proxy_of_the_chart_gets_tunnels_to_remotes_and_none_to_the_API_server(string host)
    {
        await using var world = await World.StartAsync(cluster);
        using var authority = new TestAuthority();
        using var certificate = authority.Issue(host);
        await using var remote = new TlsFront(world.Remote.BaseUrl, certificate);
        await using var proxy = new TunnelProxy(_ => remote.AddressAs("127.0.0.1"));
        var address = host == FarHost ? new Uri($"https://{FarHost}") : remote.AddressAs(host);
        var trusted = Path.Combine(world.Directory, "authority.pem");
        await File.WriteAllTextAsync(trusted, authority.Pem);
        await using var running = OperatorProcess.Start(
            "operator-of-the-chart", world.Directory, world.Kubectl.Kubeconfig,
            ["--namespace", world.Kubectl.Namespace!, "--emulated-remotes", "--remote-ca", trusted],
            await ChartVariablesAsync(proxy.Address));

        await world.Kubectl.ApplyAsync(Manifests.Installation(world.Api, address, spec: "", world.Api.Credential));
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");

        Assert.Equal(host == FarHost ? [$"{FarHost}:443"] : [], proxy.Targets.Distinct());
        Assert.DoesNotContain(EmulatorClient.DefaultToken, proxy.Heard, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", proxy.Heard, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Plan_calls_a_remote_without_TLS_through_HTTP_PROXY_unless_NO_PROXY_names_it(bool isFar)
    {
        await using var proxy = new RawHttpServer(_ => RawAnswer.Json(200, "[]"));
        await using var remote = new RawHttpServer(_ => RawAnswer.Json(200, "[]"));
        var api = ApiUnderTest.ForgeV2;
        var address = isFar ? new Uri($"http://{FarHost}") : remote.Address;
        var directory = RunDirectory.Create("plan-with-proxy");
        var file = Path.Combine(directory, "acme.yaml");
        await File.WriteAllTextAsync(
            file,
            Manifests.Join(
                [Manifests.Installation(api, address, spec: "", api.Credential), Manifests.Module(api, "one")]));

        var result = await RunAsync(
            VariablesOf(http: proxy.Address, none: "127.0.0.1"),
            "plan", "-f", file, "--state", Path.Combine(directory, "state"), "--allow-insecure-remote");

        Assert.True(result.ExitCode == 2, result.Output + result.Error);
        Assert.Equal(isFar, proxy.Requests.Count > 0);
        Assert.Equal(isFar, remote.Requests.Count == 0);
        Assert.All(
            proxy.Requests,
            request => Assert.StartsWith($"http://{FarHost}/forge/", request.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_API_server_is_asked_through_the_proxy_of_its_kubeconfig_or_of_the_environment()
    {
        var server = cluster.ControlPlane.Url;
        await using var proxy = new TunnelProxy(_ => server);
        await using var own = new TunnelProxy(_ => server);
        var shared = cluster.ControlPlane.Kubeconfig;

        await DoctorAsync(shared, VariablesOf(https: proxy.Address, none: "127.0.0.1"));
        Assert.Empty(proxy.Targets);

        await DoctorAsync(shared, VariablesOf(https: proxy.Address));
        Assert.Equal([server.Authority], proxy.Targets.Distinct());

        var before = proxy.Targets.Count;
        await DoctorAsync(await WithProxyAsync(own.Address), VariablesOf(https: proxy.Address, none: "127.0.0.1"));
        Assert.Equal([server.Authority], own.Targets.Distinct());
        Assert.Equal(before, proxy.Targets.Count);
    }

    private static async Task DoctorAsync(string kubeconfig, Dictionary<string, string?> environment)
    {
        var result = await RunAsync(environment, "doctor", "--kubeconfig", kubeconfig);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    private static Task<CommandResult> RunAsync(
        IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var (program, all) = TestPrograms.Reconciler(arguments);
        return Command.RunAsync(program, all, environment: environment);
    }

    /// <summary>A copy of the kubeconfig whose clusters have a proxy-url.</summary>
    private async Task<string> WithProxyAsync(Uri proxy)
    {
        var kubectl = cluster.ControlPlane.Kubectl;
        var path = Path.Combine(RunDirectory.Create("kubeconfig-with-proxy"), "kubeconfig");
        File.Copy(kubectl.Kubeconfig, path);
        var copy = kubectl with { Kubeconfig = path };
        foreach (var name in (await copy.RunAsync("config", "get-clusters")).Split('\n')[1..])
        {
            if (name.Length > 0)
            {
                await copy.RunAsync("config", "set-cluster", name, $"--proxy-url={proxy.ToString().TrimEnd('/')}");
            }
        }

        return path;
    }

    /// <summary>What the pod of the chart is given, as the kubelet expands it.</summary>
    private async Task<Dictionary<string, string?>> ChartVariablesAsync(Uri proxy)
    {
        var deployment = (await Chart.ObjectsAsync("-set", $"proxy.https={proxy.ToString().TrimEnd('/')}"))
            .Single(one => one.Kind == "Deployment");
        var variables = VariablesOf();
        foreach (var one in deployment.Object["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray())
        {
            variables[one!["name"]!.GetValue<string>()] = one["value"]!.GetValue<string>().Replace(
                "$(KUBERNETES_SERVICE_HOST)", cluster.ControlPlane.Url.Host, StringComparison.Ordinal);
        }

        Assert.NotNull(variables["HTTPS_PROXY"]);
        return variables;
    }

    /// <summary>These and no others, whatever the tests' own environment says.</summary>
    private static Dictionary<string, string?> VariablesOf(Uri? https = null, Uri? http = null, string? none = null)
    {
        var variables = Variables.Concat(Variables.Select(name => name.ToLowerInvariant()))
            .ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        (variables["HTTPS_PROXY"], variables["HTTP_PROXY"]) = (https?.ToString(), http?.ToString());
        variables["NO_PROXY"] = none;
        return variables;
    }
}
