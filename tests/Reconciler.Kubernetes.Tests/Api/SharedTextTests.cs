using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Tests.Api;

/// <summary>H5: what cached objects have in common is held once.</summary>
public sealed class SharedTextTests
{
    [Fact]
    public void Equal_texts_become_one()
    {
        var texts = new SharedText();
        var first = texts.OneOf(Fresh("reconciler.io/module"));
        Assert.Same(first, texts.OneOf(Fresh("reconciler.io/module")));
        Assert.Equal("reconciler.io/key", texts.OneOf(Fresh("reconciler.io/key")));
    }

    [Fact]
    public void Long_texts_stay_as_they_are()
    {
        var texts = new SharedText();
        var text = new string('x', 65);
        Assert.Same(text, texts.OneOf(text));
        Assert.NotSame(text, texts.OneOf(Fresh(text)));
    }

    [Fact]
    public void However_many_texts_come_each_is_itself()
    {
        var texts = new SharedText();
        Assert.All(Enumerable.Range(0, 100_000), number => Assert.Equal($"t{number}", texts.OneOf($"t{number}")));
    }

    private static string Fresh(string text) => new(text.AsSpan());
}
