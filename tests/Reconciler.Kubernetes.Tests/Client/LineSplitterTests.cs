using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Kubernetes.Tests.Client;

public sealed class LineSplitterTests
{
    private const int LineBytesMax = 64;

    [Fact]
    public void Lines_do_not_depend_on_how_the_bytes_were_cut() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(
            ArbMap.Default.ArbFor<NonNull<string>[]>(),
            ArbMap.Default.ArbFor<PositiveInt[]>(),
            (texts, cuts) =>
            {
                // "é€" makes characters of two and three bytes, to be cut in the middle.
                var lines = texts.Select(text => text.Get.ReplaceLineEndings("é€")).ToArray();
                var bytes = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
                var expected = lines.Where(line => line.Length > 0).Select(line =>
                {
                    var content = Encoding.UTF8.GetBytes(line);
                    return content.Length <= LineBytesMax
                        ? $"Line:{Convert.ToHexString(content)}"
                        : $"TooLong:{Convert.ToHexString(content[..LineBytesMax])}";
                });
                return expected.SequenceEqual(Split(bytes, cuts.Select(cut => cut.Get).ToArray()));
            }));

    [Fact]
    public void W11_a_line_over_the_limit_is_told_at_once_and_its_rest_is_skipped()
    {
        using var splitter = new LineSplitter(LineBytesMax);
        Feed(splitter, new string('x', 100));
        Assert.True(splitter.TryTake(out var line));
        Assert.Equal((StreamLineKind.TooLong, LineBytesMax), (line.Kind, line.Bytes.Length));
        Feed(splitter, new string('x', 5000) + "\nnext\n");
        Assert.True(splitter.TryTake(out line));
        Assert.Equal("next", Encoding.UTF8.GetString(line.Bytes.Span));
        Assert.False(splitter.TryTake(out _));
    }

    [Fact]
    public void Empty_lines_and_carriage_returns_are_no_lines()
    {
        using var splitter = new LineSplitter(LineBytesMax);
        Feed(splitter, "\n\r\na\r\n");
        Assert.True(splitter.TryTake(out var line));
        Assert.Equal("a", Encoding.UTF8.GetString(line.Bytes.Span));
        Assert.False(splitter.TryTake(out _));
    }

    private static List<string> Split(byte[] bytes, int[] cuts)
    {
        using var splitter = new LineSplitter(LineBytesMax);
        var found = new List<string>();
        var at = 0;
        for (var turn = 0; at < bytes.Length; turn++)
        {
            var space = splitter.Space();
            var cut = cuts.Length == 0 ? 7 : cuts[turn % cuts.Length];
            var length = Math.Min(Math.Min(cut, space.Length), bytes.Length - at);
            bytes.AsSpan(at, length).CopyTo(space.Span);
            splitter.Advance(length);
            at += length;
            while (splitter.TryTake(out var line))
            {
                found.Add($"{line.Kind}:{Convert.ToHexString(line.Bytes.Span)}");
            }
        }

        return found;
    }

    private static void Feed(LineSplitter splitter, string text)
    {
        var rest = Encoding.UTF8.GetBytes(text).AsMemory();
        while (!rest.IsEmpty)
        {
            var space = splitter.Space();
            var length = Math.Min(space.Length, rest.Length);
            rest[..length].CopyTo(space);
            splitter.Advance(length);
            rest = rest[length..];
        }
    }
}
