using System.Text.Json.Nodes;

namespace Reconciler.TestKit.Processes;

/// <summary>A kubeconfig with one context per user; the server's own certificate is not verified.</summary>
internal static class KubeconfigFile
{
    public static string Render(Uri server, IReadOnlyList<ControlPlaneUser> users) => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Config",
        ["current-context"] = users[0].Name,
        ["clusters"] = new JsonArray(new JsonObject
        {
            ["name"] = "test",
            ["cluster"] = new JsonObject { ["server"] = server.ToString(), ["insecure-skip-tls-verify"] = true },
        }),
        ["users"] = new JsonArray([.. users.Select(user => new JsonObject
        {
            ["name"] = user.Name,
            ["user"] = new JsonObject { ["token"] = user.Token },
        })]),
        ["contexts"] = new JsonArray([.. users.Select(user => new JsonObject
        {
            ["name"] = user.Name,
            ["context"] = new JsonObject { ["cluster"] = "test", ["user"] = user.Name },
        })]),
    }.ToJsonString();
}
