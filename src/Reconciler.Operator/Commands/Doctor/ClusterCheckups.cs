using System.Text.Json;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands.Doctor;

/// <summary>Looks at a cluster: whether it answers, knows our resources, and lets this user do what the operator
/// does.</summary>
internal sealed class ClusterCheckups(KubernetesClient client, string? inNamespace)
{
    private static readonly ResourceType Definitions =
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition");

    private static readonly ResourceType Reviews =
        new("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview");

    /// <summary>What deploy/rbac grants.</summary>
    private static readonly (string Group, string Resource, string[] Verbs)[] Needs =
    [
        (ResourceTypes.Group, "installations", ["list", "watch", "patch"]),
        (ResourceTypes.Group, "installations/status", ["patch"]),
        (ResourceTypes.Group, "dynamicmodules", ["list", "watch", "patch"]),
        (ResourceTypes.Group, "dynamicmodules/status", ["patch"]),
        (ResourceTypes.Group, "moduleledgers", ["get", "list", "watch", "create", "update"]),
        ("", "secrets", ["list", "watch"]),
        ("events.k8s.io", "events", ["create", "patch"]),
    ];

    public async Task<IReadOnlyList<Checkup>> LookAsync(CancellationToken cancellationToken)
    {
        var checkups = new List<Checkup>();
        foreach (var type in (ResourceType[])
            [ResourceTypes.Installation, ResourceTypes.DynamicModule, ResourceTypes.ModuleLedger])
        {
            try
            {
                checkups.Add(await LookAtAsync(type, cancellationToken));
            }
            catch (KubernetesConnectionException exception)
            {
                return [new(
                    Health.Fail, "cluster", exception.Message, "check --kubeconfig, --context and the network")];
            }
        }

        checkups.Insert(0, new(Health.Ok, "cluster", "the API server answers"));
        foreach (var (group, resource, verbs) in Needs)
        {
            checkups.Add(await LookAtRightsAsync(group, resource, verbs, cancellationToken));
        }

        return checkups;
    }

    private async Task<Checkup> LookAtAsync(ResourceType type, CancellationToken cancellationToken)
    {
        var subject = $"CRD {type}";
        try
        {
            var answer = await client.SendAsync(
                ApiRequests.Get(Definitions, new ObjectKey("", type.ToString())), cancellationToken);
            return Serves(answer.Body, type.Version)
                ? new(Health.Ok, subject, $"serves {type.Version}")
                : new(Health.Fail, subject, $"does not serve {type.Version}", ResourceTypes.Install);
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound)
        {
            return new(Health.Fail, subject, "is not installed", ResourceTypes.Install);
        }
        catch (KubernetesApiException refusal) when (refusal.IsUnauthorized)
        {
            return new(Health.Fail, subject, refusal.Message, "renew the credential of the kubeconfig");
        }
        catch (Exception exception) when (exception is KubernetesApiException or JsonException)
        {
            return new(Health.Warn, subject, $"could not be looked at: {exception.Message}");
        }
    }

    private static bool Serves(ReadOnlyMemory<byte> definition, string version)
    {
        using var document = JsonDocument.Parse(definition);
        return document.RootElement.TryGetProperty("spec", out var spec)
            && spec.TryGetProperty("versions", out var versions)
            && versions.EnumerateArray().Any(one =>
                one.GetProperty("name").ValueEquals(version) && one.GetProperty("served").GetBoolean());
    }

    private async Task<Checkup> LookAtRightsAsync(
        string group, string resource, string[] verbs, CancellationToken cancellationToken)
    {
        var subject = $"rights on {(group.Length == 0 ? resource : $"{resource} ({group})")}";
        var denied = new List<string>();
        foreach (var verb in verbs)
        {
            try
            {
                if (await MayAsync(group, resource, verb, cancellationToken) is not { } allowed)
                {
                    return new(Health.Warn, subject, "the API server did not tell");
                }

                denied.AddRange(allowed ? [] : [verb]);
            }
            catch (Exception exception) when (exception is KubernetesApiException or KubernetesConnectionException)
            {
                return new(Health.Warn, subject, $"could not be asked: {exception.Message}");
            }
        }

        return denied.Count == 0
            ? new(Health.Ok, subject, string.Join(", ", verbs))
            : new(
                Health.Fail, subject, $"this user may not {string.Join(", ", denied)}",
                "kubectl apply -f deploy/rbac/, or run doctor as the operator's service account");
    }

    private async Task<bool?> MayAsync(string group, string resource, string verb, CancellationToken cancellationToken)
    {
        var parts = resource.Split('/');
        var answer = await client.SendAsync(
            ApiRequests.Create(Reviews, null, Review(group, parts[0], parts.ElementAtOrDefault(1), verb)),
            cancellationToken);
        using var document = JsonDocument.Parse(answer.Body);
        return document.RootElement.TryGetProperty("status", out var status)
            && status.TryGetProperty("allowed", out var allowed)
                ? allowed.GetBoolean()
                : null;
    }

    private byte[] Review(string group, string resource, string? subresource, string verb)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", Reviews.ApiVersion);
            json.WriteString("kind", Reviews.Kind);
            json.WriteStartObject("spec");
            json.WriteStartObject("resourceAttributes");
            json.WriteString("group", group);
            json.WriteString("resource", resource);
            json.WriteString("subresource", subresource ?? "");
            json.WriteString("verb", verb);
            json.WriteString("namespace", inNamespace ?? "");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
