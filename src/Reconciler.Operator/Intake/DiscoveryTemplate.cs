using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Intake;

/// <summary>
/// The Installation that discovery creates, from a manifest without credentials: its name gets the tenant's UUID
/// appended, a label marks it, and its credential is the tenant's delivered token.
/// </summary>
internal sealed partial class DiscoveryTemplate
{
    public const string Label = "reconciler.io/discovered";

    private readonly ManifestNode.Mapping _manifest;
    private readonly ManifestNode.Mapping _metadata;
    private readonly ManifestNode.Mapping _spec;

    private DiscoveryTemplate(
        ManifestNode.Mapping manifest, ManifestNode.Mapping metadata, ManifestNode.Mapping spec) =>
        (_manifest, _metadata, _spec) = (manifest, metadata, spec);

    /// <summary>Where the Installations go; null: beside the tokens.</summary>
    public string? Namespace => _metadata.FindText("namespace");

    /// <exception cref="ManifestException">The text is not one Installation without credentials.</exception>
    public static DiscoveryTemplate Parse(string file, ReadOnlySpan<byte> text)
    {
        if (YamlManifests.Parse(file, text) is not [ManifestNode.Mapping manifest]
            || manifest.FindText("kind") != ResourceTypes.Installation.Kind)
        {
            throw new ManifestException($"{file}: a discovery template is exactly one Installation");
        }

        var metadata = manifest.Find("metadata") as ManifestNode.Mapping;
        if (metadata?.FindText("name") is not { } name || !NamePrefix().IsMatch(name))
        {
            throw new ManifestException(
                (metadata ?? manifest).Place,
                "metadata.name must be 1 to 60 of a-z, 0-9 and '-': the tenant's UUID is appended to it");
        }

        if (manifest.Find("spec") is not ManifestNode.Mapping spec || spec.Find("credentials") is not null)
        {
            throw new ManifestException(
                manifest.Place, "a discovery template has a spec, and no spec.credentials: the tenant's are filled in");
        }

        ManifestShape.Check(spec, ResourceJson.Installation.Properties.First(p => p.Name == "spec") is { } property
            ? property.Options.GetTypeInfo(property.PropertyType)
            : throw new InvalidOperationException("An Installation has a spec."), "spec");
        return new(manifest, metadata, spec);
    }

    public string NameFor(ForgeInstallationId installation) =>
        $"{_metadata.FindText("name")}-{installation.Uuid}";

    public ReadOnlyMemory<byte> Write(ForgeInstallationId installation, string inNamespace)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("apiVersion", _manifest.FindText("apiVersion"));
        json.WriteString("kind", ResourceTypes.Installation.Kind);
        json.WriteStartObject("metadata");
        json.WriteString("name", NameFor(installation));
        json.WriteString("namespace", inNamespace);
        WriteLabels(json);
        if (_metadata.Find("annotations") is { } annotations)
        {
            json.WritePropertyName("annotations");
            annotations.Write(json);
        }

        json.WriteEndObject();
        json.WriteStartObject("spec");
        foreach (var member in _spec.Members)
        {
            json.WritePropertyName(member.Name);
            member.Value.Write(json);
        }

        json.WriteStartObject("credentials");
        json.WriteStartObject("forgeRemote");
        json.WriteString("installationId", installation.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private void WriteLabels(Utf8JsonWriter json)
    {
        json.WriteStartObject("labels");
        if (_metadata.Find("labels") is ManifestNode.Mapping labels)
        {
            foreach (var member in labels.Members.Where(member => member.Name != Label))
            {
                json.WritePropertyName(member.Name);
                member.Value.Write(json);
            }
        }

        json.WriteString(Label, "true");
        json.WriteEndObject();
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]{0,58}[a-z0-9])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePrefix();
}
