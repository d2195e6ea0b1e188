using System.Text;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>The objects that scenarios apply.</summary>
internal static class Manifests
{
    public static string Installation(Uri baseUrl, string spec, string token) => Join(
    [
        Secret(token),
        $"""
        apiVersion: reconciler.io/v1alpha1
        kind: Installation
        metadata:
          name: acme
        spec:
          baseUrl: {baseUrl.ToString().TrimEnd('/')}
          requestsPerSecond: 1000
          credentials:
            secretRef:
              name: acme-token
        """ + Indented(spec, 2),
    ]);

    public static string Secret(string token) => $"""
        apiVersion: v1
        kind: Secret
        metadata:
          name: acme-token
        stringData:
          token: {token}
        """;

    /// <summary>A trigger whose endpoint is the module's name unless another is given.</summary>
    public static string Trigger(string name, string? endpoint = null, string spec = "") => $$"""
        apiVersion: reconciler.io/v1alpha1
        kind: DynamicModule
        metadata:
          name: {{name}}
        spec:
          installationRef:
            name: acme
          type: trigger
          data:
            events: ["avi:jira:updated:issue"]
            endpoint: {{endpoint ?? name}}
        """ + Indented(spec, 2);

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
