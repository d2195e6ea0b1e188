using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Reconciler.Core.Execution;
using Reconciler.Core.Status;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Resources;

/// <summary>Shape of <c>.status</c> of both resources; the members that one of them lacks stay null there.</summary>
internal sealed class StatusWire
{
    public string? Key { get; set; }

    public long ObservedGeneration { get; set; }

    public string? Fingerprint { get; set; }

    public string? LastHandledReconcileAt { get; set; }

    public ConditionWire[]? Conditions { get; set; }

    public CountsWire? Modules { get; set; }

    public QuotaWire? Quota { get; set; }

    public PlanWire? Plan { get; set; }

    public DateTimeOffset? LastSyncTime { get; set; }

    public DateTimeOffset? CredentialsExpireAt { get; set; }

    public ConditionSet ToConditions() => Conditions is null
        ? ConditionSet.Empty
        : new ConditionSet(Conditions.Select(condition => condition.ToCondition()).ToImmutableArray());
}

internal sealed class ConditionWire
{
    public string? Type { get; set; }

    public ConditionStatus Status { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public long ObservedGeneration { get; set; }

    public DateTimeOffset LastTransitionTime { get; set; }

    public Condition ToCondition() => new(
        SharedText.Of(Type ?? ""), Status, SharedText.Of(Reason ?? ""), SharedText.Of(Message ?? ""),
        ObservedGeneration, LastTransitionTime);
}

internal sealed class CountsWire
{
    public int Desired { get; set; }

    public int Bound { get; set; }

    public int Remote { get; set; }

    public int Unmanaged { get; set; }

    public int Pending { get; set; }

    public int Orphans { get; set; }

    public ModuleCounts ToCounts() => new(Desired, Bound, Remote, Unmanaged, Pending, Orphans);
}

internal sealed class QuotaWire
{
    public int Used { get; set; }

    public int Limit { get; set; }
}

internal sealed class PlanWire
{
    public string? Hash { get; set; }

    public int Creates { get; set; }

    public int Updates { get; set; }

    public int Deletes { get; set; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusWire))]
internal sealed partial class StatusWireContext : JsonSerializerContext;

/// <summary>Reads the status of a DynamicModule. Writing is a patch, made by the status writer.</summary>
internal sealed class ModuleStatusConverter : JsonConverter<ModuleStatus>
{
    public override bool HandleNull => true;

    public override ModuleStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var wire = JsonSerializer.Deserialize(ref reader, StatusWireContext.Default.StatusWire) ?? new StatusWire();
        return new ModuleStatus
        {
            Key = wire.Key,
            ObservedGeneration = wire.ObservedGeneration,
            Fingerprint = wire.Fingerprint,
            LastHandledReconcileAt = wire.LastHandledReconcileAt,
            Conditions = wire.ToConditions(),
        };
    }

    public override void Write(Utf8JsonWriter writer, ModuleStatus value, JsonSerializerOptions options) =>
        throw new NotSupportedException("A status is written by a patch, never with its resource.");
}

/// <summary>Reads the status of an Installation. Writing is a patch, made by the status writer.</summary>
internal sealed class InstallationStatusConverter : JsonConverter<InstallationStatus>
{
    public override bool HandleNull => true;

    public override InstallationStatus Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var wire = JsonSerializer.Deserialize(ref reader, StatusWireContext.Default.StatusWire) ?? new StatusWire();
        return new InstallationStatus
        {
            ObservedGeneration = wire.ObservedGeneration,
            Conditions = wire.ToConditions(),
            Modules = wire.Modules?.ToCounts(),
            Quota = wire.Quota is { } quota ? new QuotaUse(quota.Used, quota.Limit) : null,
            Plan = wire.Plan is { } plan
                ? new PlanSummary(plan.Hash, plan.Creates, plan.Updates, plan.Deletes)
                : null,
            LastSyncTime = wire.LastSyncTime,
            CredentialsExpireAt = wire.CredentialsExpireAt,
            LastHandledReconcileAt = wire.LastHandledReconcileAt,
        };
    }

    public override void Write(Utf8JsonWriter writer, InstallationStatus value, JsonSerializerOptions options) =>
        throw new NotSupportedException("A status is written by a patch, never with its resource.");
}
