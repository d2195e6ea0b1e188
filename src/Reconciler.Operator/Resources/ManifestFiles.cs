namespace Reconciler.Operator.Resources;

/// <summary>Finds and reads what <c>-f</c> names: files, directories (recursive, in ordinal order), <c>-</c>.</summary>
internal static class ManifestFiles
{
    /// <summary>Most bytes of one file; a DynamicModule has 64 KiB, an API server takes 1.5 MB per object.</summary>
    private const int BytesMax = 32 * 1024 * 1024;

    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <exception cref="ManifestException">A path that does not exist, cannot be read or is too large.</exception>
    public static List<(string Name, byte[] Text)> Read(IEnumerable<string> paths, Stream standardInput)
    {
        var files = new List<(string, byte[])>();
        foreach (var path in paths)
        {
            if (path == "-")
            {
                files.Add(("stdin", ReadAll("stdin", standardInput)));
                continue;
            }

            foreach (var file in Expand(path))
            {
                files.Add((file, ReadFile(file)));
            }
        }

        return files;
    }

    private static IEnumerable<string> Expand(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        if (!Directory.Exists(path))
        {
            throw new ManifestException($"{path}: no such file or directory: -f takes files, directories and -");
        }

        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToList();
        return files.Count > 0
            ? files
            : throw new ManifestException($"{path}: holds no {string.Join(", ", Extensions)} file");
    }

    private static byte[] ReadFile(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return ReadAll(file, stream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ManifestException($"{file}: cannot be read: {exception.Message}", exception);
        }
    }

    private static byte[] ReadAll(string name, Stream stream)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[81920];
        for (var read = stream.Read(chunk); read > 0; read = stream.Read(chunk))
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > BytesMax)
            {
                throw new ManifestException($"{name}: larger than {BytesMax >> 20} MiB: split it");
            }
        }

        return buffer.ToArray();
    }
}
