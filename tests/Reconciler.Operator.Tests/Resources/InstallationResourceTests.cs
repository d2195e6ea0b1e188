using System.Text.Json;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Status;
using Reconciler.Kubernetes.Api;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Tests.Resources;

public sealed class InstallationResourceTests
{
    [Fact]
    public void A_resource_of_the_api_server_becomes_an_installation()
    {
        const string counts = """{"desired":1,"bound":2,"remote":3,"unmanaged":4,"pending":5,"orphans":6}""";
        var resource = Read($$$"""
            {"metadata":{"name":"acme","namespace":"team-a","uid":"u1","generation":3,
               "annotations":{"reconciler.io/approve-plan":"h1","reconciler.io/confirm-takeover":"c1"}},
             "spec":{"api":"ConnectJira","baseUrl":"https://acme.example","credentials":{"secretRef":{"name":"s"}},
               "mode":"NoDelete","ownership":"Exclusive","adoption":"IfIdentical","drift":"Warn","applyPolicy":"Manual",
               "interval":"1h30m","quota":50,"maxDeletes":{"count":1,"percent":5},"requestsPerSecond":3,
               "allowedNamespaces":["team-b"],"suspend":true},
             "status":{"observedGeneration":3,"modules":{{{counts}}},
               "quota":{"used":8,"limit":50},"plan":{"hash":"h","creates":1,"updates":2,"deletes":3},
               "lastSyncTime":"2026-01-01T00:00:00Z"}}
            """);

        Assert.Equal(
            new Installation(new InstallationKey("team-a", "acme"))
            {
                Api = RemoteApi.ConnectJira,
                Remote = new RemoteIdentity("https://acme.example"),
                Mode = ManagementMode.NoDelete,
                Ownership = OwnershipMode.Exclusive,
                Adoption = AdoptionPolicy.IfIdentical,
                Drift = DriftPolicy.Warn,
                ApplyPolicy = ApplyPolicy.Manual,
                MaxDeletes = new DeleteBudget(1, 5),
                Quota = 50,
                RequestsPerSecond = 3,
                Suspended = true,
                ApprovedPlanHash = "h1",
                ConfirmedTakeover = "c1",
            },
            resource.ToInstallation());
        Assert.Equal(new Uri("https://acme.example"), resource.BaseUrl);
        Assert.Equal(new ObjectKey("team-a", "s"), resource.SecretKey);
        Assert.Equal(TimeSpan.FromMinutes(90), resource.Interval);
        Assert.True(resource.Allows("team-a") && resource.Allows("team-b") && !resource.Allows("team-c"));
        Assert.Equal(new ModuleCounts(1, 2, 3, 4, 5, 6), resource.Status.Modules);
        Assert.Equal(new PlanSummary("h", 1, 2, 3), resource.Status.Plan);
        Assert.Equal(new QuotaUse(8, 50), resource.Status.Quota);
    }

    [Fact]
    public void What_is_absent_has_the_default_of_the_crd()
    {
        var resource = Read(
            """
            {"metadata":{"name":"acme","namespace":"n"},"spec":{"credentials":{"forgeRemote":{"installationId":"i"}}}}
            """);

        Assert.Equal(
            new Installation(new InstallationKey("n", "acme"))
            {
                Remote = new RemoteIdentity("https://api.atlassian.com", "i"),
            },
            resource.ToInstallation());
        Assert.Equal((null, null), (resource.BaseUrl, resource.SecretKey));
        Assert.Equal(TimeSpan.FromMinutes(5), resource.Interval);
        Assert.Equal(InstallationStatus.Empty, resource.Status);
    }

    [Theory]
    [InlineData("https://API.Atlassian.com/", "https://api.atlassian.com")]
    [InlineData("https://api.atlassian.com:443", "https://api.atlassian.com")]
    [InlineData("https://acme.atlassian.net/wiki/", "https://acme.atlassian.net/wiki")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    public void One_address_has_one_identity_however_it_is_written(string baseUrl, string identity)
    {
        var resource = Read("""{"metadata":{"name":"acme","namespace":"n"},"spec":{"credentials":{} } }""");
        resource.Spec.BaseUrl = baseUrl;

        Assert.Equal(new RemoteIdentity(identity), resource.Remote);
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("1h1m1s", 3661)]
    public void A_duration_is_read_as_it_is_written(string text, int seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("5d")]
    [InlineData("1.5h")]
    [InlineData("-5m")]
    [InlineData("5 m")]
    [InlineData("123456s")]
    [InlineData("1h1m1s1s")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Durations.TryParse(text, out _));

    [Fact]
    public void A_secret_never_prints_itself_and_prefers_plain_values()
    {
        var secret = JsonSerializer.Deserialize(
            """{"metadata":{"name":"s"},"data":"""
            + """{"token":"b2xk","other":"bmV3Cg==","bad":"%"},"stringData":{"token":" plain\n"}}""",
            ResourceJson.Secret)!;

        Assert.Equal(("plain", "new", null), (secret.Find("token"), secret.Find("other"), secret.Find("absent")));
        Assert.Equal("(redacted)", secret.ToString());
        Assert.DoesNotContain(
            "%", Assert.Throws<FormatException>(() => secret.Find("bad")).Message, StringComparison.Ordinal);
    }

    private static InstallationResource Read(string json) =>
        JsonSerializer.Deserialize(json, ResourceJson.Installation)!;
}
