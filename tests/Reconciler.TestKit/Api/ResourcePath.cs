namespace Reconciler.TestKit.Api;

/// <summary>A parsed API path: <c>apis/GROUP/VERSION[/namespaces/NS]/PLURAL[/NAME[/SUBRESOURCE]]</c>.</summary>
internal sealed record ResourcePath(string Collection, string Namespace, string? Name, string? Subresource)
{
    public static ResourcePath? Parse(string path)
    {
        var parts = path.Split('/').Select(Uri.UnescapeDataString).ToArray();
        var root = parts switch
        {
            ["api", _, ..] => 2,
            ["apis", _, _, ..] => 3,
            _ => 0,
        };
        if (root == 0 || parts.Length <= root)
        {
            return null;
        }

        var rest = parts[root..];
        var space = "";
        if (rest is ["namespaces", var inNamespace, _, ..])
        {
            (space, rest) = (inNamespace, rest[2..]);
        }

        return new ResourcePath(
            $"{string.Join('/', parts[..root])}/{rest[0]}",
            space,
            rest.Length > 1 ? rest[1] : null,
            rest.Length > 2 ? rest[2] : null);
    }
}
