using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Core.Modules;
using Reconciler.Core.Status;
using Reconciler.Core.Verdicts;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Tests.Resources;

public sealed class DynamicModuleResourceTests
{
    [Fact]
    public void A_resource_of_the_api_server_becomes_a_desired_module()
    {
        var resource = Read("""
            {"apiVersion":"reconciler.io/v1alpha1","kind":"DynamicModule",
             "metadata":{"name":"m","namespace":"team-a","uid":"u1","generation":3,
               "finalizers":["x","reconciler.io/module"],
               "annotations":{"reconciler.io/requestedAt":"2026-01-01T00:00:00Z","reconciler.io/abandon":"true"}},
             "spec":{"installationRef":{"name":"acme"},"type":"trigger","data":{"b":1.0,"a":[1,2]},
               "importKey":"k9","deletionPolicy":"Orphan","onMissing":"Hold","allowDuplicate":true,"suspend":true},
             "status":{"key":"k1","observedGeneration":2,"fingerprint":"sha256:f","lastHandledReconcileAt":"then",
               "conditions":[{"type":"Ready","status":"False","reason":"Updating","message":"m","observedGeneration":2,
                 "lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
            """);

        var desired = resource.ToDesired(RemoteApi.ForgeV2);

        Assert.Equal(new ModuleOwner("u1", "team-a", "m"), desired.Owner);
        Assert.Equal(new InstallationKey("team-a", "acme"), resource.InstallationKey);
        Assert.Equal("""{"a":[1,2],"b":1}""", Encoding.UTF8.GetString(desired.Content.Data.Span));
        Assert.Equal((3, "k9", "k1"), (desired.Generation, desired.ImportKey, desired.MirroredKey));
        Assert.Equal((DeletionPolicy.Orphan, MissingPolicy.Hold), (desired.DeletionPolicy, desired.OnMissing));
        Assert.True(desired is { AllowDuplicate: true, Suspended: true, Guarded: true, Abandoned: true, Forced: true });
        Assert.Null(desired.Invalid);
        var ready = resource.Status.Conditions.Ready!;
        Assert.Equal(
            (ConditionStatus.False, Reasons.Updating, 2), (ready.Status, ready.Reason, ready.ObservedGeneration));
    }

    [Fact]
    public void What_is_absent_has_the_default_of_the_crd()
    {
        var resource = Read("""
            {"metadata":{"name":"m","namespace":"n","uid":"u"},
             "spec":{"installationRef":{"name":"acme","namespace":"other"},"type":"trigger","data":{}},"status":null}
            """);

        var desired = resource.ToDesired(RemoteApi.ForgeV2);

        Assert.Equal(new InstallationKey("other", "acme"), resource.InstallationKey);
        Assert.Equal(ModuleStatus.Empty, resource.Status);
        Assert.Equal(DeletionPolicy.Delete, desired.DeletionPolicy);
        Assert.Null(desired.OnMissing);
        Assert.False(
            desired.AllowDuplicate || desired.Suspended || desired.Guarded || desired.Forced || desired.Abandoned);
    }

    [Theory]
    [InlineData("""{"type":"t"}""", RemoteApi.ForgeV2, "spec.data is missing")]
    [InlineData("""{"type":"t","data":null}""", RemoteApi.ForgeV2, "spec.data must be an object")]
    [InlineData("""{"type":"t","data":[]}""", RemoteApi.ForgeV2, "spec.data must be an object")]
    [InlineData("""{"type":"t","data":{"a":1e999}}""", RemoteApi.ForgeV2,
        "spec.data cannot be used: number 1e999 is too large")]
    [InlineData("""{"data":{}}""", RemoteApi.ForgeV2, "spec.type must name a module type")]
    [InlineData("""{"type":"a b","data":{}}""", RemoteApi.ForgeV2, "spec.type must name a module type")]
    [InlineData("""{"type":"t","data":{},"key":"k"}""", RemoteApi.ForgeV2, "spec.key cannot be chosen with ForgeV2")]
    [InlineData("""{"type":"t","data":{},"key":"k k"}""", RemoteApi.ConnectJira, "spec.key may consist of letters")]
    [InlineData("""{"type":"t","data":{},"importKey":"a/b"}""", RemoteApi.ForgeV2, "spec.importKey must be the key")]
    [InlineData("""{"type":"t","data":{},"importKey":".."}""", RemoteApi.ForgeV2, "spec.importKey must be the key")]
    [InlineData("""{"type":"t","data":{},"key":"a","importKey":"b"}""", RemoteApi.ForgeV1,
        "spec.key and spec.importKey name two")]
    public void A_spec_that_cannot_be_used_says_why(string spec, object api, string expected)
    {
        var desired = Read("""{"metadata":{"name":"m"},"spec":""" + spec + "}").ToDesired((RemoteApi)api);

        Assert.StartsWith(expected, desired.Invalid, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_is_accepted_up_to_64_kib_and_more_is_not_even_kept()
    {
        const int frame = 8;
        var fits = Read(With(new string('x', RawJson.LengthMax - frame)));
        var large = Read(With(new string('x', RawJson.LengthMax - frame + 1)));

        Assert.Null(fits.ToDesired(RemoteApi.ForgeV2).Invalid);
        Assert.Equal(RawJson.LengthMax, fits.Spec.Data!.Length);
        Assert.Equal(
            "spec.data has 65537 bytes as JSON; at most 65536 are accepted.",
            large.ToDesired(RemoteApi.ForgeV2).Invalid);
        Assert.Equal(0, large.Spec.Data!.Bytes.Length);

        static string With(string text) =>
            """{"metadata":{"name":"m"},"spec":{"type":"t","data":{"a":"TEXT"}}}"""
                .Replace("TEXT", text, StringComparison.Ordinal);
    }

    /// <summary>Not everybody writes a time: a word that sorts last must not keep every later request of the other
    /// from being heard.</summary>
    [Theory]
    [InlineData("retry-1", null, "retry-1", false)]
    [InlineData(null, "2026-01-02", "2026-01-02", false)]
    [InlineData("retry-1", "2026-01-02", "retry-1", true)]
    [InlineData("retry-1", "2026-01-02", "retry-1 2026-01-02", false)]
    [InlineData("retry-1", "2026-01-03", "retry-1 2026-01-02", true)]
    [InlineData("1", "2026-01-02", "2026-01-02", true)]
    [InlineData("2", "2026-01-02", "1 2026-01-02", true)]
    [InlineData("retry-1", null, "retry-1 2026-01-02", false)]
    [InlineData(null, "2026-01-02", "retry-1 2026-01-02", false)]
    [InlineData("same", "same", "same", false)]
    public void Anything_new_in_either_request_forces_a_pass(string? own, string? flux, string handled, bool forced)
    {
        var annotations = new JsonObject { [Wishes.RequestedAt] = own, [Wishes.FluxRequestedAt] = flux };
        foreach (var name in annotations.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
        {
            annotations.Remove(name);
        }

        var resource = Read($$$"""
            {"metadata":{"name":"m","annotations":{{{annotations.ToJsonString()}}}},"spec":{"type":"t","data":{}},
             "status":{"lastHandledReconcileAt":"{{{handled}}}"}}
            """);

        Assert.Equal(forced, resource.ToDesired(RemoteApi.ForgeV2).Forced);
    }

    [Fact]
    public void A_request_fits_into_the_status_that_repeats_it()
    {
        var (own, flux) = (new string('a', 300), new string('b', 300));
        Assert.Equal(256, TokenOf(own, null).Length);
        Assert.InRange(TokenOf(own, flux).Length, 250, 256);

        static string TokenOf(string own, string? flux) => Read($$$"""
            {"metadata":{"name":"m","annotations":{"reconciler.io/requestedAt":"{{{own}}}",
              "reconcile.fluxcd.io/requestedAt":"{{{flux}}}"}},"spec":{"type":"t","data":{} } }
            """).ForceToken!;
    }

    private static DynamicModuleResource Read(string json) =>
        JsonSerializer.Deserialize(json, ResourceJson.DynamicModule)!;
}
