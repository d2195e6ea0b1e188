using System.Text;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.TestKit;

namespace Reconciler.Kubernetes.Tests.Client;

public sealed class ClusterConfigTests : IDisposable
{
    private const string Simple = """
        apiVersion: v1
        kind: Config
        current-context: prod
        clusters:
        - name: c
          cluster: { server: "https://prod.example:6443", insecure-skip-tls-verify: true, proxy-url: "socks5://p:1080" }
        users:
        - name: u
          user: { token: very-secret }
        contexts:
        - name: prod
          context: { cluster: c, user: u, namespace: team }
        - name: broken
          context: { cluster: absent, user: u }
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("reconciler-").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_context_leads_to_its_cluster_and_user()
    {
        var config = Load(Write("config", Simple));
        Assert.Equal("https://prod.example:6443/", config.Server.AbsoluteUri);
        Assert.Equal(("team", true, "socks5"), (config.Namespace, config.InsecureSkipTlsVerify, config.Proxy!.Scheme));
        Assert.Equal("very-secret", await config.Credential.GetTokenAsync(false, default));
        Assert.DoesNotContain("very-secret", $"{config} {config.Credential}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a:\n  b: [}", ":2: not valid YAML")]
    [InlineData("- a", ":1: not a kubeconfig")]
    [InlineData("clusters: 3", ":1: \"clusters\" must be a list")]
    [InlineData("current-context: x", "current-context: there is no context \"x\"")]
    [InlineData("kind: Config", "no current-context")]
    [InlineData("clusters:\n- cluster: {}", ":2: an entry of \"clusters\" has no name")]
    public void A_broken_file_is_named_with_its_line(string yaml, string expected)
    {
        var file = Write("config", yaml);
        var error = Assert.Throws<ClusterConfigException>(() => Load(file));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("elsewhere", "--context elsewhere: there is no context \"elsewhere\"", "broken, prod")]
    [InlineData("broken", "context \"broken\": there is no cluster \"absent\"", "Known: c.")]
    public void An_unknown_name_is_answered_with_the_known_ones(string context, string expected, string known)
    {
        var error = Assert.Throws<ClusterConfigException>(() => Load(Write("config", Simple), context));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(known, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server: \"https://prod.example:6443\"", "server: \"prod:6443x\"", "is not an address")]
    [InlineData("insecure-skip-tls-verify: true", "certificate-authority: nowhere.pem", "nowhere.pem does not exist")]
    [InlineData("insecure-skip-tls-verify: true", "certificate-authority-data: \"%\"", "is not base64")]
    [InlineData("insecure-skip-tls-verify: true", "certificate-authority-data: bm9uZQ==", "no PEM certificate")]
    [InlineData("insecure-skip-tls-verify: true", "insecure-skip-tls-verify: maybe", "must be true or false")]
    [InlineData("token: very-secret", "client-key-data: bm9uZQ==", "one of them is missing")]
    [InlineData("token: very-secret", "username: admin", "not supported")]
    [InlineData("token: very-secret", "tokenFile: nowhere", "nowhere does not exist")]
    [InlineData("token: very-secret", "exec: { apiVersion: v0, command: x }", "is not known")]
    public void A_wrong_value_says_what_and_where(string good, string bad, string expected)
    {
        var file = Write("config", Simple.Replace(good, bad, StringComparison.Ordinal));
        var error = Assert.Throws<ClusterConfigException>(() => Load(file));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_merged_and_the_first_to_name_a_thing_wins()
    {
        var first = Write(
            "first", "current-context: broken\nclusters:\n- name: absent\n  cluster: { server: 'http://first' }");
        var second = Write("second", Simple + "\n- name: late\n  context: { cluster: absent }");
        var missing = Path.Combine(_directory, "missing");
        _environment["KUBECONFIG"] = string.Join(Path.PathSeparator, first, missing, second);
        Assert.Equal("http://first/", Load(null).Server.AbsoluteUri);
        Assert.Equal("https://prod.example:6443/", Load(null, "prod").Server.AbsoluteUri);
        Assert.Same(AnonymousCredential.Instance, Load(null, "late").Credential);
    }

    [Fact]
    public void Without_any_source_the_error_says_what_to_give()
    {
        _environment["HOME"] = _directory;
        var nothing = Assert.Throws<ClusterConfigException>(() => Load(null));
        Assert.Contains("--kubeconfig", nothing.Message, StringComparison.Ordinal);
        Assert.Contains(
            "no such kubeconfig file",
            Assert.Throws<ClusterConfigException>(() => Load(Path.Combine(_directory, "nowhere"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_finds_its_server_token_and_namespace()
    {
        _environment["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
        _environment["KUBERNETES_SERVICE_PORT"] = "6443";
        var unmounted = Assert.Throws<ClusterConfigException>(() => Load(null));
        Assert.Contains("automountServiceAccountToken", unmounted.Message, StringComparison.Ordinal);
        Write("token", "abc\n");
        Write("namespace", "mine");
        Write("ca.crt", TestCertificates.AuthorityPem());
        var config = Load(null);
        Assert.Equal(("https://10.0.0.1:6443/", "mine"), (config.Server.AbsoluteUri, config.Namespace));
        Assert.Equal("abc", await config.Credential.GetTokenAsync(false, default));
    }

    [Fact]
    public async Task A_token_file_is_found_beside_the_kubeconfig_and_read_again_when_it_rotates()
    {
        var file = Write(
            "config", Simple.Replace("token: very-secret", "tokenFile: rotating", StringComparison.Ordinal));
        Write("rotating", "first\n");
        var config = Load(file);
        Assert.Equal("first", await config.Credential.GetTokenAsync(false, default));
        Write("rotating", "second\n");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("second", await config.Credential.GetTokenAsync(false, default));
    }

    [Fact]
    public async Task A_plugin_runs_once_until_its_token_expires()
    {
        var config = Load(Plugin($$"""
            echo x >> {{_directory}}/runs
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":
            {"token":"t-'"$WHO"'-'"$1"'","expirationTimestamp":"2026-01-01T01:00:00Z"} }'
            """));
        Assert.Equal("t-me-arg", await config.Credential.GetTokenAsync(false, default));
        Assert.Equal("t-me-arg", await config.Credential.GetTokenAsync(false, default));
        Assert.Equal(1, Runs());
        await config.Credential.GetTokenAsync(true, default);
        Assert.Equal(2, Runs());
        _time.Advance(TimeSpan.FromMinutes(59.6));
        await config.Credential.GetTokenAsync(false, default);
        Assert.Equal(3, Runs());
    }

    [Theory]
    [InlineData("echo oh no >&2; exit 3", "exited with code 3: oh no")]
    [InlineData("echo secret-token", "did not print an ExecCredential")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1"}'""", "neither a token nor")]
    [InlineData("""echo '{"apiVersion":"other/v1","status":{"token":"t"}}'""", "other/v1")]
    public async Task A_plugin_that_fails_is_one_clear_error(string script, string expected)
    {
        var config = Load(Plugin(script));
        var fault = await Assert.ThrowsAsync<KubernetesConnectionException>(
            async () => await config.Credential.GetTokenAsync(false, default));
        Assert.Equal(Delivery.NotSent, fault.Delivery);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_is_missing_shows_its_hint()
    {
        var config = Load(Write("config", Simple.Replace(
            "token: very-secret",
            "exec: { apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin, "
            + "installHint: 'get it there' }",
            StringComparison.Ordinal)));
        var fault = await Assert.ThrowsAsync<KubernetesConnectionException>(
            async () => await config.Credential.GetTokenAsync(false, default));
        Assert.Contains("get it there", fault.Message, StringComparison.Ordinal);
    }

    private int Runs() => File.ReadAllLines(Path.Combine(_directory, "runs")).Length;

    private string Plugin(string script)
    {
        Write("plugin.sh", script);
        return Write("config", Simple.Replace(
            "token: very-secret",
            "exec: { apiVersion: client.authentication.k8s.io/v1, command: sh, "
            + $"args: ['{_directory}/plugin.sh', arg], env: [{{ name: WHO, value: me }}] }}",
            StringComparison.Ordinal));
    }

    private ClusterConfig Load(string? path, string? context = null) =>
        new ClusterConfigLoader(Read, _time, _directory).Load(path, context);

    private string? Read(string name) =>
        _environment.GetValueOrDefault(name) ?? (name == "PATH" ? Environment.GetEnvironmentVariable(name) : null);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text, new UTF8Encoding(false));
        return path;
    }
}
