using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Forge;

/// <summary>One page of a list as the remote sent it, whatever its shape (X1).</summary>
/// <param name="Token">Opaque, of the next page; null on the last.</param>
/// <param name="IsBare">The body was an array, which has no place for a token.</param>
internal sealed record ListPage(IReadOnlyList<ObservedModule> Modules, string? Token, bool IsBare)
{
    /// <summary>Length of the answer that it was read from.</summary>
    public int Bytes { get; init; }
}
