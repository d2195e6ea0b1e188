namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>A file that says what a program must produce. RECONCILER_REWRITE_GOLDENS=1 writes it anew, for the diff to
/// be read by a person.</summary>
internal static class GoldenFile
{
    private static readonly bool Rewrites =
        Environment.GetEnvironmentVariable("RECONCILER_REWRITE_GOLDENS") is "1";

    public static async Task AssertEqualAsync(string path, string actual)
    {
        if (Rewrites)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, actual);
        }

        Assert.True(File.Exists(path), $"{path} is missing: set RECONCILER_REWRITE_GOLDENS=1 to write it");
        Assert.Equal(await File.ReadAllTextAsync(path), actual);
    }
}
