namespace Reconciler.Kubernetes.Client;

/// <summary>
/// The named entries of one or more kubeconfig files. As with kubectl, the first file that names an entry wins, also
/// for <c>current-context</c>, and files that do not exist are skipped as long as one does.
/// </summary>
internal sealed class Kubeconfig
{
    private readonly Dictionary<(string Kind, string Name), YamlSection> _entries = [];
    private readonly IReadOnlyList<string> _files;

    private Kubeconfig(IReadOnlyList<string> files) => _files = files;

    public string? CurrentContext { get; private set; }

    public string Files => string.Join(", ", _files);

    public static Kubeconfig Read(IReadOnlyList<string> paths)
    {
        var existing = paths.Where(File.Exists).Select(Path.GetFullPath).ToList();
        if (existing.Count == 0)
        {
            throw new ClusterConfigException(
                $"{string.Join(", ", paths)}: no such kubeconfig file. Check --kubeconfig or KUBECONFIG.");
        }

        var result = new Kubeconfig(existing);
        existing.ForEach(file => result.Add(YamlSection.Read(file)));
        return result;
    }

    /// <summary>The body of the entry, for instance <c>Entry("clusters", "cluster", "prod")</c>.</summary>
    public YamlSection Entry(string list, string kind, string name, string askedBy) =>
        _entries.TryGetValue((kind, name), out var entry)
            ? entry
            : throw new ClusterConfigException(
                $"{askedBy}: there is no {kind} \"{name}\" under \"{list}\" in {Files}. Known: {Known(kind)}.");

    private string Known(string kind)
    {
        var names = _entries.Keys.Where(key => key.Kind == kind).Select(key => key.Name).Order(StringComparer.Ordinal);
        return string.Join(", ", names) is { Length: > 0 } known ? known : "none";
    }

    private void Add(YamlSection file)
    {
        CurrentContext ??= file.Text("current-context");
        AddAll(file, "clusters", "cluster");
        AddAll(file, "users", "user");
        AddAll(file, "contexts", "context");
    }

    private void AddAll(YamlSection file, string list, string kind)
    {
        foreach (var entry in file.Sections(list))
        {
            var name = entry.Text("name")
                ?? throw new ClusterConfigException($"{entry.Where}: an entry of \"{list}\" has no name.");
            var body = entry.Section(kind)
                ?? throw new ClusterConfigException($"{entry.Where}: \"{name}\" has no \"{kind}\".");
            _entries.TryAdd((kind, name), body);
        }
    }
}
