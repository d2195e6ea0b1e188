namespace Reconciler.Operator.Intake;

/// <summary>Why a call was not taken; the label <c>reason</c> of a metric, hence few and fixed.</summary>
internal static class RefusalReasons
{
    public const string Missing = "missing";
    public const string Malformed = "malformed";
    public const string Algorithm = "algorithm";
    public const string IsolatedCloud = "isolated_cloud";
    public const string UnknownKey = "unknown_key";
    public const string Signature = "signature";
    public const string Issuer = "issuer";
    public const string Audience = "audience";
    public const string Expired = "expired";
    public const string NotYetValid = "not_yet_valid";
    public const string Installation = "installation";
    public const string Replay = "replay";
    public const string Body = "body";
    public const string Rate = "rate";
    public const string Slow = "slow";
    public const string Method = "method";
    public const string NoKeys = "no_keys";
    public const string Store = "store";
}
