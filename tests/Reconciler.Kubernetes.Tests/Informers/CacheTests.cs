using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Informers;

namespace Reconciler.Kubernetes.Tests.Informers;

public sealed class CacheTests
{
    [Fact]
    public void Q5_an_object_deleted_and_made_again_under_its_name_is_two_changes_also_across_a_gap() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            gadgets.Put("gadget", 1);
            await gadgets.StartAsync();
            gadgets.Changes.Clear();
            gadgets.Api.OpenStreams.Single().IsSilent = true;
            gadgets.Remove("gadget");
            gadgets.Put("gadget", 2);
            gadgets.Api.CompactedBelow = gadgets.Api.Version;
            gadgets.Api.OpenStreams.Single().Break();
            await world.AdvanceAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(2, gadgets.Changes.Count);
            Assert.Null(gadgets.Changes[0].New);
            Assert.Null(gadgets.Changes[1].Old);
            Assert.NotEqual(gadgets.Changes[0].Old!.Metadata.Uid, gadgets.Changes[1].New!.Metadata.Uid);
        });

    [Fact]
    public void Q7_our_finalizer_is_removed_wherever_it_sits_in_the_list()
    {
        foreach (var list in new string[][] { ["ours"], ["foreign", "ours"], ["a", "ours", "b"] })
        {
            var meta = ObjectMeta.Empty with { Name = "a", Uid = "u", Finalizers = list };
            var json = System.Text.Encoding.UTF8.GetString(FinalizerPatch.Remove(meta, "ours").ToJson());
            Assert.Contains($"/metadata/finalizers/{Array.IndexOf(list, "ours")}", json, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_index_follows_additions_moves_deletions_and_lists()
    {
        var cache = new ObjectCache<Gadget>();
        var byOwner = cache.AddIndex(gadget => gadget.Spec?.Owner is { } owner ? new[] { owner } : []);
        cache.BeginList();
        cache.Stage([New("a", "1", 1, "x"), New("b", "2", 1, "x"), New("c", "3", 1)], []);
        Assert.Empty(byOwner.Find("x"));
        cache.CompleteList("3");
        Assert.Equal(["a", "b"], byOwner.Find("x").Select(gadget => gadget.Metadata.Name));
        cache.Apply(New("b", "4", 2, "y"));
        Assert.Equal(["a"], byOwner.Find("x").Select(gadget => gadget.Metadata.Name));
        Assert.Equal(["b"], byOwner.Find("y").Select(gadget => gadget.Metadata.Name));
        cache.Delete(New("b", "5", 2, "y"));
        Assert.Empty(byOwner.Find("y"));
        cache.BeginList();
        cache.CompleteList("6");
        Assert.Empty(byOwner.Find("x"));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void The_same_list_twice_changes_nothing()
    {
        var cache = new ObjectCache<Gadget>();
        for (var pass = 0; pass < 2; pass++)
        {
            cache.BeginList();
            cache.Stage([New("a", "1", 1), New("b", "2", 1)], []);
            Assert.Equal(pass == 0 ? 2 : 0, cache.CompleteList("2").Count);
        }
    }

    private static Gadget New(string name, string version, long generation, string? owner = null) => new()
    {
        Metadata = ObjectMeta.Empty with
        {
            Name = name, Namespace = "ns", Uid = name, ResourceVersion = version, Generation = generation,
        },
        Spec = new GadgetSpec { Owner = owner },
    };
}
