using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Tests.Api;

public sealed class FinalizerPatchTests
{
    private static readonly ObjectMeta Bare = new() { Uid = "u" };

    [Fact]
    public void The_first_finalizer_needs_an_absent_list() => Assert.Equal(
        """
        [{"op":"test","path":"/metadata/uid","value":"u"},
        {"op":"test","path":"/metadata/finalizers","value":null},
        {"op":"add","path":"/metadata/finalizers","value":["f"]}]
        """.ReplaceLineEndings(""),
        FinalizerPatch.Add(Bare, "f").ToString());

    [Fact]
    public void A_further_finalizer_is_appended_to_the_list_that_was_read() => Assert.Equal(
        """
        [{"op":"test","path":"/metadata/uid","value":"u"},
        {"op":"test","path":"/metadata/finalizers","value":["a"]},
        {"op":"add","path":"/metadata/finalizers/-","value":"f"}]
        """.ReplaceLineEndings(""),
        FinalizerPatch.Add(Bare with { Finalizers = ["a"] }, "f").ToString());

    [Fact]
    public void Q7_a_finalizer_is_removed_wherever_it_sits() => Assert.Equal(
        """
        [{"op":"test","path":"/metadata/uid","value":"u"},
        {"op":"test","path":"/metadata/finalizers/1","value":"f"},
        {"op":"remove","path":"/metadata/finalizers/1"}]
        """.ReplaceLineEndings(""),
        FinalizerPatch.Remove(Bare with { Finalizers = ["a", "f"] }, "f").ToString());

    [Fact]
    public void Nothing_to_do_is_an_empty_patch()
    {
        Assert.True(FinalizerPatch.Add(Bare with { Finalizers = ["f"] }, "f").IsEmpty);
        Assert.True(FinalizerPatch.Remove(Bare with { Finalizers = ["a"] }, "f").IsEmpty);
    }

    [Fact]
    public void Keys_in_paths_are_escaped() => Assert.Equal("a~1b~0c", JsonPatch.Segment("a/b~c"));
}
