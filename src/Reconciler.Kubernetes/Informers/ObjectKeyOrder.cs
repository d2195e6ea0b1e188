using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Informers;

/// <summary>Ordinal order of keys, so that no result depends on the order of a hash table.</summary>
internal static class ObjectKeyOrder
{
    public static readonly Comparer<ObjectKey> Comparer = Comparer<ObjectKey>.Create(Compare);

    public static T[] Sort<T>(IReadOnlyCollection<T> objects)
        where T : IKubernetesResource
    {
        var sorted = objects.ToArray();
        Array.Sort(sorted, static (left, right) => Compare(left.Metadata.Key, right.Metadata.Key));
        return sorted;
    }

    private static int Compare(ObjectKey left, ObjectKey right)
    {
        var order = string.CompareOrdinal(left.Namespace, right.Namespace);
        return order != 0 ? order : string.CompareOrdinal(left.Name, right.Name);
    }
}
