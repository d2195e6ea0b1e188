using System.Text.Json.Nodes;
using Reconciler.Emulator.Faults;
using Reconciler.TestKit.Api;

namespace Reconciler.Operator.Tests.Commands;

/// <summary><c>reconciler doctor</c> against the emulator and a fake API server.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task A_healthy_installation_is_three_lines_of_ok_and_one_list()
    {
        await using var fixture = await CommandFixture.StartAsync();

        var result = await fixture.RunAsync(["doctor", "-f", Path.Combine(fixture.Root, "manifests")]);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.All(Lines(result), line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
        Assert.Equal(["GET"], fixture.Server.Requests().Select(request => request.Verb));
        Assert.DoesNotContain("emulator-token", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_credential_fails_with_the_fix_and_without_the_credential()
    {
        await using var fixture = await CommandFixture.StartAsync();
        fixture.Variables["RECONCILER_TOKEN"] = "wrong-token-7";

        var result = await fixture.RunAsync(["doctor", "-f", Path.Combine(fixture.Root, "manifests")]);

        Assert.Equal(1, result.Code);
        Assert.Contains(
            Lines(result),
            line => line.StartsWith("fail ", StringComparison.Ordinal) && line.Contains("Renew the token"));
        Assert.DoesNotContain("wrong-token-7", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_Secret_is_told_without_any_request()
    {
        await using var fixture = await CommandFixture.StartAsync();
        fixture.Write("installation.yaml", fixture.InstallationYaml().Split("---")[1]);

        var result = await fixture.RunAsync(["doctor", "-f", Path.Combine(fixture.Root, "manifests")]);

        Assert.Equal(1, result.Code);
        Assert.Contains("needs Secret default/acme-token", Assert.Single(Lines(result)), StringComparison.Ordinal);
        Assert.Empty(fixture.Server.Requests());
    }

    [Fact]
    public async Task A_clock_that_Connect_would_refuse_fails_and_says_why()
    {
        await using var fixture = await CommandFixture.StartAsync();
        fixture.Server.AddFault(new FaultRule
        {
            Kind = FaultKind.StatusBeforeCommit,
            Status = 401,
            Headers = new Dictionary<string, string> { ["Date"] = "Mon, 01 Jan 2001 00:00:00 GMT" },
        });
        fixture.Write("installation.yaml", $$"""
            apiVersion: v1
            kind: Secret
            metadata: { name: acme-connect }
            stringData: { appKey: com.example.app, sharedSecret: emulator-shared-secret-emulator-shared }
            ---
            apiVersion: reconciler.io/v1alpha1
            kind: Installation
            metadata: { name: acme }
            spec:
              api: ConnectJira
              baseUrl: {{fixture.Server.BaseUrl.GetLeftPart(UriPartial.Authority)}}
              credentials: { secretRef: { name: acme-connect } }
            """);

        var result = await fixture.RunAsync(["doctor", "-f", Path.Combine(fixture.Root, "manifests")]);

        Assert.Equal(1, result.Code);
        Assert.Contains(Lines(result), line =>
            line.StartsWith("fail ", StringComparison.Ordinal) && line.Contains("ahead of the remote's; Connect signs")
            && line.EndsWith("set the clock, for example with NTP", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_a_cluster_a_missing_CRD_fails_and_rights_that_nobody_tells_warn()
    {
        await using var api = await FakeApiServer.StartAsync();
        await using var fixture = await CommandFixture.StartAsync();
        var definitions = api.Serve(
            "apiextensions.k8s.io/v1", "customresourcedefinitions", "CustomResourceDefinition", hasStatus: false);
        definitions.Put(Definition("installations"));
        definitions.Put(Definition("dynamicmodules"));
        var kubeconfig = fixture.Write("../kubeconfig", WhyTests.Kubeconfig(api.Address));

        var result = await fixture.RunAsync(["doctor", "--kubeconfig", kubeconfig]);

        Assert.Equal(1, result.Code);
        var lines = Lines(result);
        Assert.Contains("ok   cluster: the API server answers", lines);
        Assert.Contains("ok   CRD dynamicmodules.reconciler.io: serves v1alpha1", lines);
        Assert.Contains(
            "fail CRD moduleledgers.reconciler.io: is not installed: kubectl apply --server-side -f crds/", lines);
        Assert.Contains(lines, line => line.StartsWith("warn rights on secrets: ", StringComparison.Ordinal));
        Assert.All(api.Requests, request => Assert.True(
            !request.IsWrite || request.Path.Contains("selfsubjectaccessreviews", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_one_failure()
    {
        await using var fixture = await CommandFixture.StartAsync();
        var kubeconfig = fixture.Write("../kubeconfig", WhyTests.Kubeconfig(new("http://127.0.0.1:1")));

        var result = await fixture.RunAsync(["doctor", "--kubeconfig", kubeconfig]);

        Assert.Equal(1, result.Code);
        Assert.StartsWith("fail cluster: ", Assert.Single(Lines(result)), StringComparison.Ordinal);
    }

    private static JsonObject Definition(string plural)
    {
        var definition = FakeObject.Create($"{plural}.reconciler.io", null);
        definition["spec"] = new JsonObject
        {
            ["versions"] = new JsonArray(new JsonObject { ["name"] = "v1alpha1", ["served"] = true }),
        };
        return definition;
    }

    private static string[] Lines(CommandResult result) =>
        result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
