using System.Text.Json.Nodes;
using Reconciler.EndToEnd.Tests.Charts;
using Reconciler.EndToEnd.Tests.Scenarios;
using Reconciler.TestKit.Processes;
using Reconciler.TestKit.Wire;

namespace Reconciler.EndToEnd.Tests.Security;

/// <summary>A remote whose certificate a private authority issued, as the chart lets one trust it (customCA,
/// remotes.caFile).</summary>
public sealed class RemoteAuthorityTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const string Mount = "/etc/reconciler/ca";

    [Fact]
    public async Task With_remote_ca_the_remote_is_trusted_under_its_own_name_alone()
    {
        await using var world = await World.StartAsync(cluster);
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("localhost");
        await using var remote = new TlsFront(world.Remote.BaseUrl, certificate);
        await using var running = await StartAsync(world, authority, "remotes.caFile=" + Mount + "/company.pem");

        await ApplyAsync(world, remote.AddressAs("localhost"));
        await world.AwaitReadyAsync("one");

        await PointAtAsync(world, remote.AddressAs("127.0.0.1"));
        await AwaitRefusalAsync(world, "NameMismatch");
        await world.ApplyModulesAsync("two");
        await world.AwaitReasonAsync("dm/two", "RemoteUnavailable");
        Assert.Single(await world.Remote.ModulesAsync());
    }

    [Fact]
    public async Task Without_a_word_about_it_nothing_is_sent_and_the_certificate_is_named_as_the_cause()
    {
        await using var world = await World.StartAsync(cluster);
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("localhost");
        await using var remote = new TlsFront(world.Remote.BaseUrl, certificate);
        await ApplyAsync(world, remote.AddressAs("localhost"));

        var distrusting = world.StartOperator();
        await AwaitRefusalAsync(world, "certificate");
        Assert.Empty(await world.Remote.RequestsAsync());
        Assert.Equal(0, await distrusting.StopAsync());

        // customCA alone: it is trusted besides the authorities of the image.
        await using var trusting = await StartAsync(world, authority);
        await world.AwaitReadyAsync("one");
    }

    // As in the pod of the chart with a ConfigMap of authorities, whose files are links as the kubelet makes them.
    private static async Task<OperatorProcess> StartAsync(World world, TestAuthority authority, string? set = null)
    {
        var objects = await Chart.ObjectsAsync(
            ["-set", "customCA.configMapName=company-cas", .. set is null ? (string[])[] : ["-set", set]]);
        var container = objects.Single(one => one.Kind == "Deployment")
            .Object["spec"]!["template"]!["spec"]!["containers"]![0]!;
        Assert.Contains(
            container["volumeMounts"]!.AsArray(), mount => mount!["mountPath"]!.GetValue<string>() == Mount);
        var mounted = await MountAsync(world, authority);
        return OperatorProcess.Start(
            "operator-of-the-chart", world.Directory, world.Kubectl.Kubeconfig,
            [
                "--namespace", world.Kubectl.Namespace!, "--emulated-remotes",
                .. Texts(container["args"]!).Where(one => one.StartsWith("--remote-ca=", StringComparison.Ordinal))
                    .Select(InMount),
            ],
            container["env"]!.AsArray().ToDictionary(
                one => one!["name"]!.GetValue<string>(), one => (string?)InMount(one!["value"]!.GetValue<string>()),
                StringComparer.Ordinal));

        string InMount(string text) => text.Replace(Mount, mounted, StringComparison.Ordinal);
    }

    private static async Task<string> MountAsync(World world, TestAuthority authority)
    {
        var mounted = Directory.CreateDirectory(Path.Combine(world.Directory, "ca")).FullName;
        var version = Directory.CreateDirectory(Path.Combine(mounted, "..2026_01_01")).FullName;
        await File.WriteAllTextAsync(Path.Combine(version, "company.pem"), authority.Pem);
        Directory.CreateSymbolicLink(Path.Combine(mounted, "..data"), "..2026_01_01");
        File.CreateSymbolicLink(Path.Combine(mounted, "company.pem"), "..data/company.pem");
        return mounted;
    }

    private static async Task ApplyAsync(World world, Uri remote)
    {
        await world.Kubectl.ApplyAsync(Manifests.Installation(world.Api, remote, spec: "", world.Api.Credential));
        await world.ApplyModulesAsync("one");
    }

    // The same remote under another name: without the word of a person it would not be asked.
    private static Task PointAtAsync(World world, Uri remote)
    {
        var address = remote.ToString().TrimEnd('/');
        return world.Kubectl.PatchAsync(
            "dminst/acme",
            $$$"""{"metadata":{"annotations":{"reconciler.io/confirm-takeover":"{{{address}}}"}}"""
            + $$$""","spec":{"baseUrl":"{{{address}}}"}}""");
    }

    private static Task AwaitRefusalAsync(World world, string part) => world.Kubectl.WatchUntilAsync(
        "dminst/acme", found => (found["status"]?["conditions"]?.AsArray() ?? []).Any(condition =>
            condition!["type"]!.GetValue<string>() == "Ready"
            && condition["reason"]!.GetValue<string>() == "RemoteUnavailable"
            && condition["message"]!.GetValue<string>().Contains(part, StringComparison.Ordinal)));

    private static IEnumerable<string> Texts(JsonNode list) => list.AsArray().Select(one => one!.GetValue<string>());
}
