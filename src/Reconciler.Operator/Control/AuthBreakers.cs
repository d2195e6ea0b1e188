using System.Collections.Concurrent;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Control;

/// <summary>Where a credential is used: the same Secret at two hosts is two matters.</summary>
internal readonly record struct CredentialPlace(ObjectKey Secret, string Authority);

/// <summary>The auth breakers in use, one for each credential and place: that of the newest version of the
/// Secret, as an older one is never used again.</summary>
internal sealed class AuthBreakers(TimeProvider time)
{
    private readonly ConcurrentDictionary<CredentialPlace, Versioned> _breakers = new();

    public int Count => _breakers.Count;

    public AuthBreaker Of(CredentialPlace place, string version) => _breakers.AddOrUpdate(
        place,
        static (_, wanted) => wanted,
        static (_, known, wanted) => known.Version == wanted.Version ? known : wanted,
        new Versioned(version, new AuthBreaker(time))).Breaker;

    /// <summary>Nobody uses the credential there any more.</summary>
    public void Forget(CredentialPlace place) => _breakers.TryRemove(place, out _);

    private sealed record Versioned(string Version, AuthBreaker Breaker);
}
