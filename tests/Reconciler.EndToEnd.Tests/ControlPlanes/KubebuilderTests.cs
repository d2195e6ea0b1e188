using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.ControlPlanes;

/// <summary>The pair of programs in KUBEBUILDER_ASSETS, stood in for by scripts that record how they are called.
/// </summary>
public sealed class KubebuilderTests
{
    private readonly string _directory = RunDirectory.Create("kubebuilder");

    private string Assets => Path.Combine(_directory, "assets");

    [Fact]
    public async Task The_pair_is_wired_together_and_keeps_its_address_when_it_is_started_again()
    {
        await WriteAssetsAsync();
        var kubeconfig = Path.Combine(_directory, "kubeconfig");
        var launcher = new KubebuilderLauncher(
            Path.Combine(Assets, "kube-apiserver"), Path.Combine(Assets, "kubectl"), _directory, kubeconfig,
            new()
            {
                Rbac = true,
                Users = [ControlPlaneUser.ServiceAccount("team-a", "operator")],
                Arguments = ["--v=1"],
            });

        var first = await StartAndKillAsync(launcher, 0);
        var server = ArgumentsOf("kube-apiserver");
        var etcd = ArgumentsOf("etcd");

        Assert.Contains($"--secure-port={first.Port}", server);
        Assert.Contains("--authorization-mode=RBAC", server);
        Assert.Contains("--v=1", server);
        Assert.Equal(ValueOf("--listen-client-urls", etcd), ValueOf("--etcd-servers", server));
        Assert.Contains(
            "token-of-team-a-operator,system:serviceaccount:team-a:operator,system:serviceaccount:team-a:operator,"
                + "\"system:serviceaccounts,system:serviceaccounts:team-a\"",
            await File.ReadAllLinesAsync(ValueOf("--token-auth-file", server)));
        Assert.Equal(
            ["admin", "system:serviceaccount:team-a:operator", "admin-token"],
            JsonNode.Parse(await File.ReadAllTextAsync(kubeconfig))!["contexts"]!.AsArray()
                .Select(context => context!["name"]!.GetValue<string>()));
        Assert.Contains("/readyz", ArgumentsOf("kubectl"));

        Assert.Equal(first, await StartAndKillAsync(launcher, first.Port));
        Assert.Equal(etcd, ArgumentsOf("etcd"));
    }

    [Fact]
    public async Task The_script_prefers_the_pair_and_says_what_it_lacks()
    {
        await WriteAssetsAsync();
        var environment = new Dictionary<string, string?> { ["KUBEBUILDER_ASSETS"] = Assets };

        var found = await Command.RunAsync("bash", [RepositoryLayout.EnsureScript], environment: environment);
        Assert.Equal(Path.Combine(Assets, "kube-apiserver"), found.Required().Output.Trim());

        File.Delete(Path.Combine(Assets, "etcd"));
        var lacking = await Command.RunAsync("bash", [RepositoryLayout.EnsureScript], environment: environment);
        Assert.NotEqual(0, lacking.ExitCode);
        Assert.Contains("KUBEBUILDER_ASSETS has no etcd", lacking.Error, StringComparison.Ordinal);
    }

    private static async Task<Uri> StartAndKillAsync(KubebuilderLauncher launcher, int port)
    {
        var running = await launcher.StartAsync(port);
        foreach (var process in running.Processes)
        {
            await process.DisposeAsync();
        }

        return running.Url;
    }

    // Copied by a process of its own: a program that this one still held open for writing, through a fork of another
    // test, could not be started.
    private async Task WriteAssetsAsync()
    {
        string[] scripts =
        [
            await WriteScriptAsync("etcd", "echo 'ready to serve client requests'", "exec sleep 600"),
            await WriteScriptAsync("kube-apiserver", "echo 'Serving securely on 127.0.0.1'", "exec sleep 600"),
            await WriteScriptAsync("kubectl"),
        ];
        (await Command.RunAsync("install", ["-m", "700", "-D", "-t", Assets, .. scripts])).Required();
    }

    private async Task<string> WriteScriptAsync(string name, params string[] lines)
    {
        var path = Path.Combine(_directory, name);
        await File.WriteAllLinesAsync(path, ["#!/bin/sh", "printf '%s\\n' \"$@\" >\"$0.arguments\"", .. lines]);
        return path;
    }

    private string[] ArgumentsOf(string name) => File.ReadAllLines(Path.Combine(Assets, $"{name}.arguments"));

    private static string ValueOf(string flag, string[] arguments) =>
        Assert.Single(arguments, one => one.StartsWith($"{flag}=", StringComparison.Ordinal))[(flag.Length + 1)..];
}
