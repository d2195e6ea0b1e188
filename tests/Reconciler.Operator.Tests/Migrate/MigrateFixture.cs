using System.Text.Json;
using Reconciler.Emulator;
using Reconciler.Emulator.State;
using Reconciler.Operator.Commands;
using Reconciler.Operator.Tests.Commands;

namespace Reconciler.Operator.Tests.Migrate;

/// <summary>An emulator with both sides, manifests of both, and <c>reconciler migrate</c> in this process.</summary>
internal sealed class MigrateFixture : IAsyncDisposable
{
    public const string JiraTenant = "emulator-jira";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("reconciler-migrate-");

    private MigrateFixture(EmulatorServer server) => Server = server;

    public EmulatorServer Server { get; }

    public string Root => _directory.FullName;

    public string State => Path.Combine(Root, "state");

    public string OldPath => Path.Combine(Root, "old");

    public string NewPath => Path.Combine(Root, "new.yaml");

    private string Origin => Server.BaseUrl.GetLeftPart(UriPartial.Authority);

    public int Writes => Server.Requests().Count(request => request.Verb != "GET");

    public static async Task<MigrateFixture> StartAsync(EmulatorOptions? options = null)
    {
        var fixture = new MigrateFixture(await EmulatorServer.StartAsync(options));
        fixture.WriteNew();
        return fixture;
    }

    public void WriteNew(string spec = "") => File.WriteAllText(NewPath, $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: new-token }
        stringData: { token: emulator-token }
        ---
        apiVersion: reconciler.io/v1alpha1
        kind: Installation
        metadata: { name: new }
        spec:
          baseUrl: {{Origin}}
          credentials: { secretRef: { name: new-token } }
          requestsPerSecond: 1000
          {{spec}}
        """);

    /// <summary>The old Installation; <paramref name="api"/> decides its address and its Secret.</summary>
    public void WriteOld(string api, string spec = "suspend: true")
    {
        var secret = api switch
        {
            "ForgeV1" => "token: emulator-token",
            "ForgeContainer" => $"installationId: \"{EmulatorOptions.DefaultInstallation}\"",
            _ => $"appKey: {EmulatorOptions.DefaultConnectApp}, sharedSecret: {EmulatorOptions.DefaultConnectSecret}",
        };
        Write("installation.yaml", $$"""
            apiVersion: v1
            kind: Secret
            metadata: { name: old-secret }
            stringData: { {{secret}} }
            ---
            apiVersion: reconciler.io/v1alpha1
            kind: Installation
            metadata: { name: old }
            spec:
              api: {{api}}
              baseUrl: {{Origin}}{{(api == "ConnectConfluence" ? "/wiki" : "")}}
              credentials: { secretRef: { name: old-secret } }
              requestsPerSecond: 1000
              {{spec}}
            """);
    }

    public string Write(string file, string text)
    {
        var path = Path.Combine(OldPath, file);
        Directory.CreateDirectory(OldPath);
        File.WriteAllText(path, text);
        return path;
    }

    public static string Module(string name, string type, string data, string more = "") => $$"""
        apiVersion: reconciler.io/v1alpha1
        kind: DynamicModule
        metadata:
          name: {{name}}
        spec:
          installationRef:
            name: old
          type: {{type}}
          key: key-{{name}}
          {{more}}
          data: {{data}}

        """;

    /// <summary>Registers an old module under the key of <see cref="Module"/>, as an operator did long ago.</summary>
    public void Seed(ModuleApi api, string name, string type, string data)
    {
        using var json = JsonDocument.Parse(data);
        Server.Foreign(new ForeignWrite
        {
            Installation = api switch
            {
                ModuleApi.ConnectJira => JiraTenant,
                ModuleApi.ConnectConfluence => "emulator-confluence",
                _ => EmulatorOptions.DefaultInstallation,
            },
            Api = Stored(api),
            Key = $"key-{name}",
            Type = type,
            Data = json.RootElement.Clone(),
        });
    }

    /// <summary>Those of <see cref="Seed"/> that are left.</summary>
    public IReadOnlyList<StoredModule> Old(ModuleApi api) =>
    [
        .. Server.Modules(
            api switch
            {
                ModuleApi.ConnectJira => JiraTenant,
                ModuleApi.ConnectConfluence => "emulator-confluence",
                _ => EmulatorOptions.DefaultInstallation,
            },
            Stored(api)).Where(IsOld),
    ];

    /// <summary>Titles of the modules that the new side has by itself.</summary>
    public string[] NewTitles() =>
    [
        .. Server.Modules().Where(module => !IsOld(module))
            .Select(module => module.Data.GetProperty("title").GetString()!).Order(StringComparer.Ordinal),
    ];

    private static bool IsOld(StoredModule module) => module.Key.StartsWith("key-", StringComparison.Ordinal);

    /// <summary>With one store for both versions everything is in that of v2.</summary>
    private ModuleApi Stored(ModuleApi api) =>
        Server.Settings.ShareStores && api == ModuleApi.ForgeV1 ? ModuleApi.ForgeV2 : api;

    public Task<CommandResult> MigrateAsync(params string[] more) => RunAsync(
        ["migrate", "--from", OldPath, "--to", NewPath, "--state", State, "--resolution-window", "1s", .. more]);

    public async Task<CommandResult> RunAsync(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var terminal = new Terminal(
            output, error, new MemoryStream(), IsInteractive: false, HasColors: false, static _ => null);
        var code = await CommandLine.RunAsync(arguments, terminal, Composition.OfProcess(), CancellationToken.None);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
