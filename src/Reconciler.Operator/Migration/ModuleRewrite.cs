using System.Text.Json;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Migration;

/// <summary>What the manifest of a moved module must say.</summary>
internal sealed record ModuleRewrite(
    DynamicModuleResource Old, InstallationKey Installation, string Type, string ImportKey, ModuleContent Content)
{
    /// <summary>The data need not be written anew: what stands there is it already.</summary>
    public bool KeepsData =>
        ModuleContent.TryCreate(Type, Old.Spec.Data!.Bytes, out var old, out _) && Content.Equals(old);

    public bool NamesNamespace => Installation.Namespace != Old.Metadata.Namespace;

    public JsonElement Data => JsonElement.Parse(Content.Data.Span);

    /// <summary>The whole manifest, without the comments of the old one.</summary>
    public JsonElement Fresh() => JsonElement.Parse(JsonBytes.Write(this, static (json, all) => all.Write(json)));

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("apiVersion", $"{ResourceTypes.Group}/{ResourceTypes.Version}");
        json.WriteString("kind", "DynamicModule");
        json.WriteStartObject("metadata");
        json.WriteString("name", Old.Metadata.Name);
        json.WriteString("namespace", Old.Metadata.Namespace);
        WriteTexts(json, "labels", Old.Metadata.Labels);
        WriteTexts(json, "annotations", Old.Metadata.Annotations);
        json.WriteEndObject();
        json.WriteStartObject("spec");
        json.WriteStartObject("installationRef");
        json.WriteString("name", Installation.Name);
        if (NamesNamespace)
        {
            json.WriteString("namespace", Installation.Namespace);
        }

        json.WriteEndObject();
        json.WriteString("type", Type);
        json.WriteString("importKey", ImportKey);
        WritePolicies(json);
        json.WritePropertyName("data");
        Data.WriteTo(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WritePolicies(Utf8JsonWriter json)
    {
        if (Old.Spec.DeletionPolicy is { } deletion)
        {
            json.WriteString("deletionPolicy", deletion.ToString());
        }

        if (Old.Spec.OnMissing is { } missing)
        {
            json.WriteString("onMissing", missing.ToString());
        }

        if (Old.Spec.AllowDuplicate is { } twice)
        {
            json.WriteBoolean("allowDuplicate", twice);
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var (key, value) in texts)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
