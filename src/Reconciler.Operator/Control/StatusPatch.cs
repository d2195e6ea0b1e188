using System.Globalization;
using System.Text.Json;
using Reconciler.Core.Status;
using Reconciler.Kubernetes.Api;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>
/// Bodies of the merge patches that the operator sends: status, and its one annotation. A null removes a field. Each
/// carries the UID, so that another object of the same name refuses it; nothing else of the object is named, hence
/// spec and labels cannot be touched.
/// </summary>
internal static class StatusPatch
{
    public static byte[] Of(string uid, ModuleStatus status) => JsonBytes.Write((uid, status), static (json, all) =>
    {
        Begin(json, all.uid);
        json.WriteStartObject("status");
        json.WriteString("key", all.status.Key);
        json.WriteNumber("observedGeneration", all.status.ObservedGeneration);
        json.WriteString("fingerprint", all.status.Fingerprint);
        json.WriteString("lastHandledReconcileAt", all.status.LastHandledReconcileAt);
        WriteConditions(json, all.status.Conditions);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    public static byte[] Of(string uid, InstallationStatus status) => JsonBytes.Write(
        (uid, status), static (json, all) =>
        {
            Begin(json, all.uid);
            json.WriteStartObject("status");
            json.WriteNumber("observedGeneration", all.status.ObservedGeneration);
            WriteNumbers(json, all.status);
            WriteTime(json, "lastSyncTime", all.status.LastSyncTime);
            WriteTime(json, "credentialsExpireAt", all.status.CredentialsExpireAt);
            json.WriteString("lastHandledReconcileAt", all.status.LastHandledReconcileAt);
            WriteConditions(json, all.status.Conditions);
            json.WriteEndObject();
            json.WriteEndObject();
        });

    /// <summary>Mirrors the bound key, or removes the mirror.</summary>
    public static byte[] OfKeyMirror(string uid, string? key) => JsonBytes.Write((uid, key), static (json, all) =>
    {
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteString("uid", all.uid);
        json.WriteStartObject("annotations");
        json.WriteString(Wishes.MirroredKey, all.key);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static void Begin(Utf8JsonWriter json, string uid)
    {
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteString("uid", uid);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, InstallationStatus status)
    {
        if (status.Modules is { } modules)
        {
            json.WriteStartObject("modules");
            json.WriteNumber("desired", modules.Desired);
            json.WriteNumber("bound", modules.Bound);
            json.WriteNumber("remote", modules.Remote);
            json.WriteNumber("unmanaged", modules.Unmanaged);
            json.WriteNumber("pending", modules.Pending);
            json.WriteNumber("orphans", modules.Orphans);
            json.WriteEndObject();
        }

        if (status.Quota is { } quota)
        {
            json.WriteStartObject("quota");
            json.WriteNumber("used", quota.Used);
            json.WriteNumber("limit", quota.Limit);
            json.WriteEndObject();
        }

        if (status.Plan is { } plan)
        {
            json.WriteStartObject("plan");
            json.WriteString("hash", plan.Hash);
            json.WriteNumber("creates", plan.Creates);
            json.WriteNumber("updates", plan.Updates);
            json.WriteNumber("deletes", plan.Deletes);
            json.WriteEndObject();
        }
    }

    private static void WriteConditions(Utf8JsonWriter json, ConditionSet conditions)
    {
        json.WriteStartArray("conditions");
        foreach (var condition in conditions)
        {
            json.WriteStartObject();
            json.WriteString("type", condition.Type);
            json.WriteString("status", condition.Status.ToString());
            json.WriteString("reason", condition.Reason);
            json.WriteString("message", condition.Message);
            WriteTime(json, "lastTransitionTime", condition.LastTransitionTime);
            json.WriteNumber("observedGeneration", condition.ObservedGeneration);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time) => json.WriteString(
        name, time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
