namespace Reconciler.Simulation.Cluster;

/// <summary>One kind the simulated API server stores.</summary>
internal sealed record SimKind(string Group, string Version, string Plural, string Kind, bool HasStatus = false)
{
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public static IReadOnlyList<SimKind> All { get; } =
    [
        new("reconciler.io", "v1alpha1", "installations", "Installation", HasStatus: true),
        new("reconciler.io", "v1alpha1", "dynamicmodules", "DynamicModule", HasStatus: true),
        new("reconciler.io", "v1alpha1", "moduleledgers", "ModuleLedger"),
        new("coordination.k8s.io", "v1", "leases", "Lease"),
        new("events.k8s.io", "v1", "events", "Event"),
        new("", "v1", "secrets", "Secret"),
        new("", "v1", "namespaces", "Namespace"),
    ];
}

/// <summary>Where a request points: kind, and namespace, name, subresource as far as given.</summary>
internal sealed record SimPath(SimKind Kind, string? Namespace, string? Name, string? Subresource)
{
    public string Id => $"{Namespace}/{Name}";

    /// <summary>Null when the path is not one of an API we serve.</summary>
    public static SimPath? Parse(string path)
    {
        var parts = path.Trim('/').Split('/');
        var (group, version, rest) = parts[0] switch
        {
            "api" when parts.Length > 2 => ("", parts[1], parts[2..]),
            "apis" when parts.Length > 3 => (parts[1], parts[2], parts[3..]),
            _ => ("", "", []),
        };
        string? inNamespace = null;
        if (rest.Length > 2 && rest[0] == "namespaces")
        {
            (inNamespace, rest) = (rest[1], rest[2..]);
        }

        var kind = rest.Length == 0
            ? null
            : SimKind.All.FirstOrDefault(k => k.Group == group && k.Version == version && k.Plural == rest[0]);
        return kind is null
            ? null
            : new SimPath(
                kind, inNamespace, rest.Length > 1 ? Uri.UnescapeDataString(rest[1]) : null,
                    rest.Length > 2 ? rest[2] : null);
    }
}
