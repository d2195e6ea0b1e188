namespace Reconciler.Operator.Resources;

/// <summary>Input that cannot be used. The message is one line: where (file:line), what, how to fix it.</summary>
internal sealed class ManifestException : Exception
{
    public ManifestException(ManifestPlace place, string what, Exception? cause = null)
        : base($"{place}: {what}", cause)
    {
    }

    public ManifestException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
