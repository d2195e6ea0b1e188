using System.Text;

namespace Reconciler.Emulator.Tests.Control;

/// <summary>Whatever is sent, the emulator answers and keeps its own rules.</summary>
public sealed class RobustnessTests
{
    private static readonly string[] Verbs = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];

    private static readonly string[] Paths =
    [
        "/forge/installation/v2/dynamic/module",
        "/forge/installation/v1/dynamic/module",
        "/atlassian/forge/installation/v1/dynamic/module",
        "/rest/atlassian-connect/1/app/module/dynamic",
        "/wiki/rest/atlassian-connect/1/app/module/dynamic",
        "/v1/installations",
        "/v1/installation",
        "/ex/jira/x/forge/installation/v2/dynamic/module",
        "/_emulator/state",
        "/_emulator/requests",
        "/_emulator/settings",
        "/_emulator/modules",
        "/_emulator/tokens",
        "/_emulator/lifecycle/upgrade",
        "/_emulator/invocations",
        "/.well-known/jwks.json",
    ];

    private static readonly string[] Suffixes =
    [
        "", "/", "/k", "/%zz", "/a/b", "/%2F", "?limit=1", "?limit=9999999999", "?nextPageToken=%00", "?moduleKey",
        "?jwt=..",
    ];

    private static readonly string[] Bodies =
    [
        "", "{}", "[]", "null", "7", "\u0000",
        """{"type":""",
        """{"type":7,"data":{}}""",
        """{"data":7,"type":"x"}""",
        """{"key":null,"type":"macro","data":{}}""",
        """{"key":"k","type":"macro","data":{"key":{},"key":[]}}""",
        """{"type":"macro","data":{"a":"\ud800"}}""",
        """{"webItems":{"key":"k"}}""",
        """{"modules":[[]]}""",
        """{"claims":7}""",
        """{"twinOf":"k"}""",
    ];

    private static readonly string?[] Credentials =
    [
        null, "", "Bearer", "Bearer emulator-token", "JWT", "JWT a.b.c", "JWT e30.e30.", "Forge as=app",
        "JWT eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJjb20uZXhhbXBsZS5yZWNvbmNpbGVyIiwiZXhwIjoxZTk5fQ.AA",
    ];

    [Fact]
    public async Task No_request_whatever_makes_it_fail()
    {
        const int seed = 20261122;
        Random random = new(seed);
        await using EmulatorServer emulator = EmulatorServer.InMemory(new EmulatorOptions { Seed = seed });
        using HttpMessageInvoker http = new(emulator.CreateHandler());

        for (int i = 0; i < 20_000; i++)
        {
            string verb = Pick(random, Verbs);
            string target = Pick(random, Paths) + Pick(random, Suffixes);
            string body = Pick(random, Bodies);
            using HttpRequestMessage request = new(new HttpMethod(verb), new Uri(emulator.BaseUrl, target));
            request.Headers.TryAddWithoutValidation("Authorization", Pick(random, Credentials));
            request.Headers.TryAddWithoutValidation(
                "forge-proxy-authorization", "Forge as=app,installationId=" + EmulatorOptions.DefaultInstallation);
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));

            using HttpResponseMessage response = await http.SendAsync(request, CancellationToken.None);

            Assert.True((int)response.StatusCode < 500, $"seed {seed}, step {i}: {verb} {target} {body}");
            Assert.InRange(emulator.Modules().Count, 0, 1000);
        }
    }

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
