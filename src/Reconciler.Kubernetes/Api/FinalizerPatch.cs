using System.Text.Json;

namespace Reconciler.Kubernetes.Api;

/// <summary>
/// Adds or removes one finalizer without touching the others. Guarded by <c>test</c> steps on what was read, and on
/// the UID: a concurrent edit, or another object under the same name, answers 422 and nothing changes.
/// </summary>
public static class FinalizerPatch
{
    private const string Path = "/metadata/finalizers";

    /// <summary>Empty if the finalizer is there already.</summary>
    public static JsonPatch Add(ObjectMeta meta, string finalizer)
    {
        if (meta.Finalizers.Contains(finalizer, StringComparer.Ordinal))
        {
            return JsonPatch.Empty;
        }

        // A list that is absent tests equal to null; "/-" cannot append to an absent list.
        return meta.Finalizers.Count == 0
            ? Guarded(meta).Test(Path, Element("null"u8)).Add(Path, Strings([finalizer]))
            : Guarded(meta).Test(Path, Strings(meta.Finalizers)).Add($"{Path}/-", finalizer);
    }

    /// <summary>Empty if the finalizer is not there, wherever in the list it might have been (Q7).</summary>
    public static JsonPatch Remove(ObjectMeta meta, string finalizer)
    {
        for (var index = 0; index < meta.Finalizers.Count; index++)
        {
            if (meta.Finalizers[index] == finalizer)
            {
                return Guarded(meta).Test($"{Path}/{index}", finalizer).Remove($"{Path}/{index}");
            }
        }

        return JsonPatch.Empty;
    }

    private static JsonPatch Guarded(ObjectMeta meta) => meta.Uid.Length == 0
        ? JsonPatch.Empty
        : JsonPatch.Empty.Test("/metadata/uid", meta.Uid);

    private static JsonElement Strings(IReadOnlyList<string> values) =>
        JsonSerializer.SerializeToElement([.. values], ApiJsonContext.Default.StringArray);

    private static JsonElement Element(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return JsonElement.ParseValue(ref reader);
    }
}
