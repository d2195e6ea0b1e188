namespace Reconciler.Core.Modules;

/// <summary>SHA-256 over the canonical <c>{type, data − key}</c>,
/// as <c>sha256:</c> and 64 lower-case hex digits.</summary>
public readonly record struct Fingerprint(string Value)
{
    public override string ToString() => Value;
}
