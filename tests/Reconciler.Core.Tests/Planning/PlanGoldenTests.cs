namespace Reconciler.Core.Tests.Planning;

/// <summary>Every directory under <c>cases/</c> is a case. <c>UPDATE_GOLDENS=1</c> rewrites the expected plans in the
/// source tree; the reviewer reads the diff.</summary>
public sealed class PlanGoldenTests
{
    private static string Root => Path.Combine(AppContext.BaseDirectory, "cases");

    public static TheoryData<string> Cases =>
        new(Directory.GetDirectories(Root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_plan_reads_as_written(string name)
    {
        var files = new CaseFiles(Path.Combine(Root, name));
        var actual = files.Render();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDENS") is { Length: > 0 })
        {
            File.WriteAllText(Path.Combine(SourceRoot(), name, "plan.txt"), actual);
            return;
        }

        Assert.Equal(File.ReadAllText(files.PlanPath), actual);
    }

    private static string SourceRoot([System.Runtime.CompilerServices.CallerFilePath] string path = "") =>
        Path.Combine(Path.GetDirectoryName(path)!, "..", "cases");
}
