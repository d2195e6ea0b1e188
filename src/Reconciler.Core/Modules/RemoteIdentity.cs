namespace Reconciler.Core.Modules;

/// <summary>
/// Which remote an installation's modules are behind, as far as its resource says: the address that is called, and the
/// tenant where it is named. What a credential tells besides is not known before it is used. Nothing here is secret.
/// </summary>
/// <param name="Address">Normalised: lower-case host, no trailing slash.</param>
/// <param name="Tenant">ARI of the Forge installation; null when only the credential knows.</param>
public sealed record RemoteIdentity(string Address, string? Tenant = null)
{
    /// <summary>The part that makes this another remote than <paramref name="known"/>; null when it may be the
    /// same.</summary>
    public string? NewSince(RemoteIdentity known) =>
        !string.Equals(Address, known.Address, StringComparison.Ordinal) ? Address
        : Tenant is not null && known.Tenant is not null
            && !string.Equals(Tenant, known.Tenant, StringComparison.Ordinal)
            ? Tenant
            : null;

    public override string ToString() => Tenant is null ? Address : $"{Address} ({Tenant})";
}
