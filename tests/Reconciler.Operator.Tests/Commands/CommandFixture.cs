using System.Text;
using Reconciler.Emulator;
using Reconciler.Operator.Commands;

namespace Reconciler.Operator.Tests.Commands;

/// <summary>An emulator, a directory of manifests, and the command line in this process with its output
/// captured.</summary>
internal sealed class CommandFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("reconciler-test-");

    private CommandFixture(EmulatorServer server) => Server = server;

    public EmulatorServer Server { get; }

    public string Root => _directory.FullName;

    public string State => Path.Combine(Root, "state");

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public int Writes => Server.Requests().Count(request => request.Verb != "GET");

    public static async Task<CommandFixture> StartAsync()
    {
        var fixture = new CommandFixture(await EmulatorServer.StartAsync());
        fixture.Write("installation.yaml", fixture.InstallationYaml());
        return fixture;
    }

    public string InstallationYaml(string spec = "") => $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: acme-token }
        stringData: { token: emulator-token }
        ---
        apiVersion: reconciler.io/v1alpha1
        kind: Installation
        metadata: { name: acme }
        spec:
          baseUrl: {{Server.BaseUrl.GetLeftPart(UriPartial.Authority)}}
          credentials: { secretRef: { name: acme-token } }
          requestsPerSecond: 1000
          {{spec}}
        """;

    public static string ModuleYaml(
        string name, string spec = "type: macro", string data = "{ title: Orders, resource: ui }") => $$"""
        apiVersion: reconciler.io/v1alpha1
        kind: DynamicModule
        metadata: { name: {{name}} }
        spec:
          installationRef: { name: acme }
          {{spec}}
          data: {{data}}

        """;

    public string Write(string file, string text)
    {
        var path = Path.Combine(Root, "manifests", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public Task<CommandResult> PlanAsync(params string[] more) =>
        RunAsync(["plan", "-f", Path.Combine(Root, "manifests"), "--state", State, .. more]);

    public Task<CommandResult> ApplyAsync(params string[] more) =>
        RunAsync(["apply", "-f", Path.Combine(Root, "manifests"), "--state", State, "--yes", .. more]);

    public async Task<CommandResult> RunAsync(
        string[] arguments, string input = "", bool interactive = false, Composition? composition = null)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var terminal = new Terminal(
            output, error, new MemoryStream(Encoding.UTF8.GetBytes(input)), interactive, HasColors: false,
            name => Variables.GetValueOrDefault(name));
        var code = await CommandLine.RunAsync(
            arguments, terminal, composition ?? Composition.OfProcess(), CancellationToken.None);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}

internal sealed record CommandResult(int Code, string Output, string Error)
{
    /// <summary>Exit 1 with exactly one line on standard error and nothing on standard output.</summary>
    public string SingleError()
    {
        Assert.Equal(1, Code);
        Assert.Equal("", Output);
        return Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
