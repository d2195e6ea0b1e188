using System.Text;

namespace Reconciler.Operator.Commands;

/// <summary>The files of deploy/samples, carried in the assembly.</summary>
internal static class DemoSamples
{
    private const string Prefix = "samples/";
    private const string Address = "https://api.atlassian.com";

    /// <summary>Writes them with the address of another remote.</summary>
    /// <returns>The directory they are in.</returns>
    public static string Write(string directory, Uri remote)
    {
        var target = Path.Combine(directory, "manifests");
        Directory.CreateDirectory(target);
        var assembly = typeof(DemoSamples).Assembly;
        var authority = remote.GetLeftPart(UriPartial.Authority);
        var names = assembly.GetManifestResourceNames();
        foreach (var name in names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var text = Encoding.UTF8.GetString(content)
                .Replace($"baseUrl: {Address}", $"baseUrl: {authority}", StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(target, name[Prefix.Length..]), text);
        }

        return target;
    }
}
