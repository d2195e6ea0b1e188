namespace Reconciler.Kubernetes.Api;

/// <summary>
/// One instance each of the texts that thousands of cached objects have in common: namespaces, names of installations,
/// types, finalizers, keys of labels and annotations, reasons and short messages. The table has a fixed size and
/// forgets whatever another text displaces, so what tenants write cannot make it grow.
/// </summary>
public sealed class SharedText
{
    private const int Places = 1024;
    private const int LengthMax = 64;

    private static readonly SharedText OfProcess = new();

    // Racing writers lose an entry, never a text: references are read and written whole.
    private readonly string?[] _table = new string?[Places];

    /// <summary>The text itself, or one that is equal to it and that others hold already.</summary>
    public static string Of(string text) => OfProcess.OneOf(text);

    internal string OneOf(string text)
    {
        if (text.Length is 0 or > LengthMax)
        {
            return text;
        }

        // Seeded per process: nobody can choose texts that displace each other.
        ref var place = ref _table[(uint)string.GetHashCode(text, StringComparison.Ordinal) % Places];
        if (place is { } known && known == text)
        {
            return known;
        }

        place = text;
        return text;
    }
}
