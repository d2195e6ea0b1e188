using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Client;

/// <summary>The <c>exec</c> section of a kubeconfig user: which program to run for a credential.</summary>
internal sealed record ExecPlugin(
    string Command,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string ApiVersion,
    string? InstallHint)
{
    private static readonly string[] KnownVersions =
        ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

    public static ExecPlugin From(YamlSection exec, Uri server, Func<string, string?> environment)
    {
        var command = exec.Text("command")
            ?? throw new ClusterConfigException($"{exec.Where}: exec has no \"command\".");
        var version = exec.Text("apiVersion") ?? "";
        if (!KnownVersions.Contains(version, StringComparer.Ordinal))
        {
            throw new ClusterConfigException(
                $"{exec.Where}: exec.apiVersion \"{version}\" is not known. Use {string.Join(" or ", KnownVersions)}.");
        }

        if (exec.Text("interactiveMode") == "Always")
        {
            throw new ClusterConfigException(
                $"{exec.Where}: the plugin {command} needs a terminal (interactiveMode: Always) and gets none.");
        }

        var variables = exec.Sections("env").ToDictionary(
            entry => entry.Text("name")
                ?? throw new ClusterConfigException($"{entry.Where}: an env entry has no name."),
            entry => entry.Text("value") ?? "",
            StringComparer.Ordinal);
        variables["KUBERNETES_EXEC_INFO"] = ExecRequest(version, exec.Flag("provideClusterInfo") ? server : null);

        // A bare name is looked up in PATH; one with a slash is relative to the kubeconfig.
        var program = command.Contains('/')
            ? Pem.Resolve(exec, command)
            : InPath(command, environment("PATH")) ?? command;
        return new ExecPlugin(program, exec.Texts("args"), variables, version, exec.Text("installHint"));
    }

    public override string ToString() => Command;

    private static string? InPath(string command, string? path) =>
        (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, command))
            .FirstOrDefault(File.Exists);

    private static string ExecRequest(string version, Uri? server)
    {
        var json = JsonBytes.Write((version, server), static (writer, request) =>
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", request.version);
            writer.WriteString("kind", "ExecCredential");
            writer.WriteStartObject("spec");
            writer.WriteBoolean("interactive", false);
            if (request.server is { } address)
            {
                writer.WriteStartObject("cluster");
                writer.WriteString("server", address.OriginalString);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        });
        return System.Text.Encoding.UTF8.GetString(json);
    }
}
