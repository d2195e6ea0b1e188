using System.Globalization;
using System.Text;
using System.Text.Json;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Events;

/// <summary>Builds events.k8s.io/v1 requests. Sans-IO.</summary>
internal static class EventRequests
{
    public static readonly ResourceType Type = new("events.k8s.io", "v1", "events", "Event");

    // The API server refuses longer ones.
    private const int NoteBytesMax = 1024;
    private const int NameLengthMax = 200;
    private const int InstanceLengthMax = 128;

    /// <summary>A name no other event has: the object's, and when it happened.</summary>
    public static string NameOf(EventEntry entry, DateTimeOffset at, int sequence)
    {
        var name = entry.Target.Key.Name;
        var start = name[..Math.Min(name.Length, NameLengthMax)].TrimEnd('.', '-');
        return $"{start}.{at.UtcTicks:x}{sequence & 0xffff:x4}";
    }

    public static HttpRequestMessage Create(
        EventEntry entry, string name, DateTimeOffset at, EventRecorderOptions options) =>
        ApiRequests.Create(Type, entry.Target.EventNamespace, JsonBytes.Write(0, (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", Type.ApiVersion);
            writer.WriteString("kind", Type.Kind);
            writer.WriteStartObject("metadata");
            writer.WriteString("name", name);
            writer.WriteString("namespace", entry.Target.EventNamespace);
            writer.WriteEndObject();
            writer.WriteString("eventTime", MicroTime(at));
            writer.WriteString("reportingController", options.Controller);
            writer.WriteString(
                "reportingInstance", options.Instance[..Math.Min(options.Instance.Length, InstanceLengthMax)]);
            writer.WriteString("action", entry.Action);
            writer.WriteString("reason", entry.Reason);
            writer.WriteString("type", entry.Severity == EventSeverity.Warning ? "Warning" : "Normal");
            writer.WriteString("note", Shorten(entry.Note));
            WriteTarget(writer, entry.Target);
            writer.WriteEndObject();
        }));

    /// <summary>Tells that the event went on: how often in all, and when last.</summary>
    public static HttpRequestMessage Series(EventEntry entry, string name, int count, DateTimeOffset at) =>
        ApiRequests.MergePatch(Type, new ObjectKey(entry.Target.EventNamespace, name), JsonBytes.Write(0, (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("series");
            writer.WriteNumber("count", count);
            writer.WriteString("lastObservedTime", MicroTime(at));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }));

    private static void WriteTarget(Utf8JsonWriter writer, EventTarget target)
    {
        writer.WriteStartObject("regarding");
        writer.WriteString("apiVersion", target.ApiVersion);
        writer.WriteString("kind", target.Kind);
        writer.WriteString("name", target.Key.Name);
        writer.WriteString("namespace", target.Key.Namespace);
        writer.WriteString("uid", target.Uid);
        writer.WriteEndObject();
    }

    private static string MicroTime(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string Shorten(string note)
    {
        if (Encoding.UTF8.GetByteCount(note) <= NoteBytesMax)
        {
            return note;
        }

        var text = new StringBuilder();
        var bytes = 0;
        foreach (var rune in note.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > NoteBytesMax - 3)
            {
                break;
            }

            text.Append(rune);
        }

        return text.Append('…').ToString();
    }
}
