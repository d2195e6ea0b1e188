using System.Text.Json.Nodes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>One verb on one resource that a bound role gives. Null as namespace: in all of them.</summary>
internal sealed record Grant(
    string Role, string? Namespace, string Group, string Resource, string Verb, IReadOnlyList<string> Names)
{
    /// <summary>What the roles of a rendering give, hooks and users' roles aside.</summary>
    public static IReadOnlyList<Grant> AllOf(IReadOnlyList<RenderedObject> objects) =>
        Of([.. objects.Where(rendered => !rendered.IsHook)]);

    /// <summary>What the roles of the hooks give to them.</summary>
    public static IReadOnlyList<Grant> OfHooks(IReadOnlyList<RenderedObject> objects) =>
        Of([.. objects.Where(rendered => rendered.IsHook)]);

    private static IReadOnlyList<Grant> Of(IReadOnlyList<RenderedObject> objects) =>
    [
        .. objects.Where(rendered => IsBound(rendered, objects)).SelectMany(role =>
            from rule in role.Object["rules"]!.AsArray()
            from @group in Texts(rule!["apiGroups"])
            from resource in Texts(rule["resources"])
            from verb in Texts(rule["verbs"])
            select new Grant(
                role.ToString(), role.Kind == "ClusterRole" ? null : role.Namespace, @group, resource, verb,
                Texts(rule["resourceNames"]))),
    ];

    public bool Allows(ApiCall call) =>
        call.Group == Group && call.Resource == Resource && call.Verb == Verb
        && (Namespace is null || Namespace == call.Namespace)
        && (Names.Count == 0 || (call.Name is not null && Names.Contains(call.Name, StringComparer.Ordinal)));

    public override string ToString() =>
        $"{Verb} {Resource}{(Group.Length > 0 ? "." : "")}{Group} {string.Join(',', Names)} ({Role})";

    private static bool IsBound(RenderedObject role, IReadOnlyList<RenderedObject> objects) =>
        role.Kind is "Role" or "ClusterRole" && objects.Any(binding =>
            binding.Kind == role.Kind + "Binding" && binding.Namespace == role.Namespace
            && binding.Object["roleRef"]!["name"]!.GetValue<string>() == role.Name);

    private static string[] Texts(JsonNode? list) =>
        [.. (list?.AsArray() ?? []).Select(text => text!.GetValue<string>())];
}
