using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Resources;

/// <summary>
/// Reads manifests for a run without a cluster: the same resources, rules and defaults. Kinds that are not ours are
/// passed over with a warning, since a directory of Flux or Argo CD holds others, too; a wrong field of ours is an
/// error.
/// </summary>
internal sealed class ManifestLoader
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly Dictionary<(string Kind, ObjectKey Key), ManifestPlace> _seen = [];
    private readonly List<Manifest<InstallationResource>> _installations = [];
    private readonly List<Manifest<DynamicModuleResource>> _modules = [];
    private readonly List<Manifest<SecretResource>> _secrets = [];
    private readonly List<string> _warnings = [];
    private readonly ICollection<ManifestException>? _problems;

    private ManifestLoader(ICollection<ManifestException>? problems) => _problems = problems;

    /// <param name="paths">Files, directories and <c>-</c> for <paramref name="standardInput"/>.</param>
    /// <exception cref="ManifestException">The first thing that cannot be used.</exception>
    public static ManifestSet Load(IEnumerable<string> paths, Stream standardInput) =>
        Load(paths, standardInput, problems: null);

    /// <summary>As <see cref="Load(IEnumerable{string}, Stream)"/>, with <paramref name="problems"/> for everything
    /// that cannot be used. Modules may refer to an Installation that is in none of the files.</summary>
    /// <exception cref="ManifestException">A file cannot be read.</exception>
    public static ManifestSet Load(
        IEnumerable<string> paths, Stream standardInput, ICollection<ManifestException>? problems)
    {
        var loader = new ManifestLoader(problems);
        foreach (var (name, text) in ManifestFiles.Read(paths, standardInput))
        {
            loader.Try(() => Parse(name, text).ForEach(document => loader.Try(() => loader.Add(document))));
        }

        loader._modules.ForEach(module => loader.Try(() => loader.CheckReference(module)));
        return new ManifestSet([.. loader._installations], [.. loader._modules], [.. loader._secrets])
        {
            Warnings = [.. loader._warnings],
        };
    }

    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (ManifestException problem) when (_problems is not null)
        {
            _problems.Add(problem);
        }
    }

    private static List<ManifestNode> Parse(string name, ReadOnlySpan<byte> text)
    {
        if (text.StartsWith(ByteOrderMark))
        {
            text = text[ByteOrderMark.Length..];
        }

        var first = text.IndexOfAnyExcept(" \t\r\n"u8);
        return first >= 0 && text[first] is (byte)'{' or (byte)'['
            ? JsonManifests.Parse(name, text)
            : YamlManifests.Parse(name, text);
    }

    private void Add(ManifestNode document)
    {
        if (document is ManifestNode.Sequence sequence)
        {
            foreach (var item in sequence.Items)
            {
                Add(item);
            }

            return;
        }

        if (document is not ManifestNode.Mapping manifest)
        {
            throw new ManifestException(document.Place, "not a manifest: expected an object with apiVersion and kind");
        }

        var version = manifest.FindText("apiVersion")
            ?? throw new ManifestException(
                manifest.Place, "apiVersion is missing: add it, for example reconciler.io/v1alpha1");
        var kind = manifest.FindText("kind")
            ?? throw new ManifestException(manifest.Place, "kind is missing: add it, for example DynamicModule");
        switch (version, kind)
        {
            case ("reconciler.io/v1alpha1", "Installation"):
                AddTo(_installations, manifest, ResourceJson.Installation, InstallationSpecRules.Check);
                break;
            case ("reconciler.io/v1alpha1", "DynamicModule"):
                AddTo(_modules, manifest, ResourceJson.DynamicModule, CheckModule);
                break;
            case ("v1", "Secret"):
                AddTo(_secrets, manifest, ResourceJson.Secret, static (_, _) => { });
                break;
            case ("v1", "List") when manifest.Find("items") is ManifestNode.Sequence items:
                Add(items);
                break;
            default:
                PassOver(manifest, version, kind);
                break;
        }
    }

    private void PassOver(ManifestNode.Mapping manifest, string version, string kind)
    {
        // Another version of ours is a mistake, not somebody else's resource.
        if (version.StartsWith(ResourceTypes.Group + "/", StringComparison.Ordinal) && kind != "ModuleLedger")
        {
            throw new ManifestException(
                manifest.Place,
                $"{version} {kind} is not known: use {ResourceTypes.Group}/{ResourceTypes.Version}, Installation or "
                + "DynamicModule");
        }

        _warnings.Add($"{manifest.Place}: passed over {version} {kind}: not a kind that is applied without a cluster");
    }

    private void AddTo<T>(
        List<Manifest<T>> list, ManifestNode.Mapping manifest, JsonTypeInfo<T> shape, Action<T, ManifestPlace> check)
        where T : class, IKubernetesResource
    {
        var kind = manifest.FindText("kind")!;
        var metadata = ManifestMetadata.Read(manifest);
        var body = manifest.Without("apiVersion").Without("kind").Without("metadata").Without("status");
        if (kind == "Secret")
        {
            body = body.Without("type").Without("immutable");
        }

        foreach (var member in body.Members)
        {
            var property = shape.Properties.FirstOrDefault(known => known.Name == member.Name)
                ?? throw new ManifestException(
                    member.Place, NearestName.Explain(member.Name, member.Name, ["metadata", .. Names(shape)]));
            ManifestShape.Check(member.Value, shape.Options.GetTypeInfo(property.PropertyType), member.Name);
        }

        var key = metadata.Key;
        if (!_seen.TryAdd((kind, key), manifest.Place))
        {
            throw new ManifestException(
                manifest.Place, $"{kind} {key} is already declared at {_seen[(kind, key)]}: remove one, or rename it");
        }

        var resource = JsonSerializer.Deserialize(Json(body, metadata), shape)!;
        check(resource, manifest.Place);
        list.Add(new Manifest<T>(resource, manifest.Place) { Source = manifest });
    }

    private static IEnumerable<string> Names(JsonTypeInfo shape) =>
        shape.Properties.Select(property => property.Name).Where(name => name is not ("metadata" or "status"));

    private static byte[] Json(ManifestNode.Mapping body, ObjectMeta metadata) =>
        JsonBytes.Write((body, metadata), static (json, all) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("metadata");
            new ObjectMetaConverter().Write(json, all.metadata, ResourceJsonContext.Default.Options);
            foreach (var member in all.body.Members)
            {
                json.WritePropertyName(member.Name);
                member.Value.Write(json);
            }

            json.WriteEndObject();
        });

    private static void CheckModule(DynamicModuleResource module, ManifestPlace place)
    {
        if (string.IsNullOrEmpty(module.Spec.InstallationRef?.Name))
        {
            throw new ManifestException(place, "spec.installationRef.name is missing: name the Installation");
        }
    }

    private void CheckReference(Manifest<DynamicModuleResource> module)
    {
        var reference = module.Resource.InstallationKey;
        var installation = _installations.Find(known => known.Resource.Key == reference);
        if (installation is null)
        {
            if (_problems is not null)
            {
                return;
            }

            throw new ManifestException(
                module.Place,
                $"spec.installationRef names Installation {reference}, which none of the files holds: add it with -f");
        }

        if (!installation.Resource.Allows(module.Resource.Metadata.Namespace))
        {
            throw new ManifestException(
                module.Place,
                $"Installation {reference} does not allow namespace {module.Resource.Metadata.Namespace}: add it to "
                + $"spec.allowedNamespaces at {installation.Place}");
        }

        if (module.Resource.ToDesired(installation.Resource.Api).Invalid is { } invalid)
        {
            throw new ManifestException(module.Place, invalid.TrimEnd('.'));
        }
    }
}
