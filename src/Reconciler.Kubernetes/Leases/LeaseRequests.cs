using System.Text.Json;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Leases;

/// <summary>
/// Writes to a lease. Each patch carries the resourceVersion it was decided on, so a stale decision answers 409; a
/// merge patch leaves alone what is not ours (labels, owner references).
/// </summary>
internal static class LeaseRequests
{
    public static HttpRequestMessage Create(ObjectKey key, LeaseSpec spec) =>
        ApiRequests.Create(Lease.Type, key.Namespace, Write(writer =>
        {
            writer.WriteString("apiVersion", Lease.Type.ApiVersion);
            writer.WriteString("kind", Lease.Type.Kind);
            writer.WriteStartObject("metadata");
            writer.WriteString("name", key.Name);
            writer.WriteString("namespace", key.Namespace);
            writer.WriteEndObject();
            WriteSpec(writer, spec);
        }));

    public static HttpRequestMessage Patch(ObjectKey key, string resourceVersion, LeaseSpec spec) =>
        ApiRequests.MergePatch(Lease.Type, key, Write(writer =>
        {
            writer.WriteStartObject("metadata");
            writer.WriteString("resourceVersion", resourceVersion);
            writer.WriteEndObject();
            WriteSpec(writer, spec);
        }));

    private static void WriteSpec(Utf8JsonWriter writer, LeaseSpec spec)
    {
        writer.WriteStartObject("spec");
        writer.WriteString("holderIdentity", spec.HolderIdentity);
        writer.WriteNumber("leaseDurationSeconds", spec.LeaseDurationSeconds ?? 1);
        writer.WriteNumber("leaseTransitions", spec.LeaseTransitions ?? 0);
        WriteTime(writer, "acquireTime", spec.AcquireTime);
        WriteTime(writer, "renewTime", spec.RenewTime);
        writer.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        writer.WritePropertyName(name);
        if (time is { } present)
        {
            new MicroTimeConverter().Write(writer, present, ApiJsonContext.Default.Options);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> content)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            content(writer);
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
