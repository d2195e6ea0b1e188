namespace Reconciler.Operator.Resources;

/// <summary>Input that cannot be used. The message is one line: where (file:line), what, how to fix it.</summary>
internal sealed class ManifestException : Exception
{
    public ManifestException(ManifestPlace place, string what, Exception? cause = null)
        : base($"{place}: {what}", cause) => (Place, What) = (place, what);

    public ManifestException(string message, Exception? cause = null)
        : base(message, cause) => What = message;

    /// <summary>Null when no place in a file is to blame.</summary>
    public ManifestPlace? Place { get; }

    /// <summary>The message without its place.</summary>
    public string What { get; }
}
