using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Reconciler.EndToEnd.Tests.Scenarios;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Security;

/// <summary>An Installation of one API with a credential that is easy to recognise, a module of it, and the remote that
/// throws the credential back.</summary>
/// <param name="name">Of the Installation.</param>
/// <param name="credentials">The lines of <c>spec.credentials</c>.</param>
/// <param name="secret">The lines of its Secret; null if it has none of its own.</param>
/// <param name="isSent">Whether a request was authenticated with this very credential.</param>
internal sealed class CanaryTenant(
    ApiUnderTest api, string name, string credentials, string? secret, Func<string, bool> isSent) : IAsyncDisposable
{
    /// <summary>What every planted credential contains; with letters in both cases, as tokens have.</summary>
    public const string Canary = "Canary-8F4e1b";

    /// <summary>How the claims of every token begin that is derived from a shared secret.</summary>
    public const string DerivedClaims = $$"""{"iss":"{{AppKey}}","iat":""";

    private const string AppKey = "com.example.canary-app";

    public string Name => name;

    public HostileRemote Remote { get; } = new(api.ModuleType == "webhooks" ? "{}" : "[]");

    /// <summary>One for each value of <c>spec.api</c>, with every kind of credential that it takes.</summary>
    public static IReadOnlyList<CanaryTenant> OfEveryApi() => [.. ApiUnderTest.All.Select(OfApi)];

    /// <summary>Its token is delivered by Forge.</summary>
    public static CanaryTenant OfDelivery(string token) => new(
        ApiUnderTest.ForgeV2, "delivered",
        $"forgeRemote: {{ installationId: \"{EmulatorClient.DefaultInstallation}\" }}", null,
        sent => sent == $"Bearer {token}");

    public void AssertTested()
    {
        Assert.Contains(Remote.Requests, request => isSent(HostileRemote.CredentialOf(request)));
        Assert.Contains(Remote.Requests, request => request.Method == "POST");
    }

    public string Manifest() => Manifests.Join([.. secret is null ? (string[])[] : [secret], Installation(), Module()]);

    public ValueTask DisposeAsync() => Remote.DisposeAsync();

    private static CanaryTenant OfApi(ApiUnderTest api)
    {
        var (name, value) = (api.Name.ToLowerInvariant(), $"{Canary}-{api.Name}-2d7c9a5e0f634b18");
        var (lines, isSent) = api.Name switch
        {
            "ForgeContainer" => ($"invocationId: {value}", sent => sent == $"Forge as=app,id={value}"),
            "ConnectJira" or "ConnectConfluence" => (
                $"appKey: {AppKey}\n  sharedSecret: {value}", sent => IsSigned(sent, value)),
            _ => ($"token: {value}", (Func<string, bool>)(sent => sent == $"Bearer {value}")),
        };
        return new(
            api, name, $"secretRef: {{ name: {name}-credential }}",
            Manifests.SecretOf(lines).Replace("acme-token", $"{name}-credential", StringComparison.Ordinal), isSent);
    }

    private static bool IsSigned(string sent, string sharedSecret)
    {
        var token = sent.Split(' ')[^1];
        var signed = Encoding.ASCII.GetBytes(token[..Math.Max(0, token.LastIndexOf('.'))]);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(sharedSecret), signed);
        return token.EndsWith('.' + Base64Url.EncodeToString(signature), StringComparison.Ordinal);
    }

    private string Installation() => $$"""
        apiVersion: reconciler.io/v1alpha1
        kind: Installation
        metadata: { name: {{name}} }
        spec:
          api: {{api.Name}}
          baseUrl: {{Remote.Address.ToString().TrimEnd('/')}}{{api.BasePath}}
          requestsPerSecond: 1000
          credentials:
            {{credentials}}
        """;

    private string Module() => $$"""
        apiVersion: reconciler.io/v1alpha1
        kind: DynamicModule
        metadata: { name: module-of-{{name}} }
        spec:
          installationRef: { name: {{name}} }
          type: {{api.ModuleType}}
          data: {{api.Data("some-endpoint")}}
        """;
}
