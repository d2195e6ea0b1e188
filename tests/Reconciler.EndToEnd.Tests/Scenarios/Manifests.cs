using System.Text;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>The objects that scenarios apply.</summary>
internal static class Manifests
{
    /// <param name="credential">The lines of the Secret.</param>
    public static string Installation(ApiUnderTest api, Uri emulator, string spec, string credential) => Join(
    [
        SecretOf(credential),
        $"""
        apiVersion: reconciler.io/v1alpha1
        kind: Installation
        metadata:
          name: acme
        spec:
          api: {api.Name}
          baseUrl: {emulator.ToString().TrimEnd('/')}{api.BasePath}
          requestsPerSecond: 1000
          credentials:
            secretRef:
              name: acme-token
        """ + Indented(spec, 2),
    ]);

    public static string Secret(string token) => SecretOf($"token: {token}");

    public static string SecretOf(string credential) => $"""
        apiVersion: v1
        kind: Secret
        metadata:
          name: acme-token
        stringData:
          {credential}
        """;

    /// <summary>A module whose mark is its name unless another is given.</summary>
    public static string Module(ApiUnderTest api, string name, string? mark = null, string spec = "") => $"""
        apiVersion: reconciler.io/v1alpha1
        kind: DynamicModule
        metadata:
          name: {name}
        spec:
          installationRef:
            name: acme
          type: {api.ModuleType}
          data: {api.Data(mark ?? name)}
        """ + Indented(spec, 2);

    /// <summary>A trigger whose endpoint is the module's name unless another is given.</summary>
    public static string Trigger(string name, string? endpoint = null, string spec = "") =>
        Module(ApiUnderTest.ForgeV2, name, endpoint, spec);

    public static string Join(IEnumerable<string> manifests) => string.Join("\n---\n", manifests);

    private static string Indented(string lines, int columns)
    {
        var text = new StringBuilder();
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append('\n').Append(' ', columns).Append(line);
        }

        return text.ToString();
    }
}
