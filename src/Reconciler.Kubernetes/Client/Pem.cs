using System.Text;

namespace Reconciler.Kubernetes.Client;

/// <summary>PEM text from a kubeconfig: inline as base64, or a path relative to the file that names it.</summary>
internal static class Pem
{
    public static string Decode(string base64, string where)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException exception)
        {
            throw new ClusterConfigException($"{where} is not base64.", exception);
        }
    }

    public static string Resolve(YamlSection section, string path) =>
        Path.GetFullPath(path, Path.GetDirectoryName(section.File)!);

    public static string Existing(YamlSection section, string key, string path)
    {
        var resolved = Resolve(section, path);
        return File.Exists(resolved)
            ? resolved
            : throw new ClusterConfigException($"{section.Where}: {key}: {resolved} does not exist.");
    }
}
