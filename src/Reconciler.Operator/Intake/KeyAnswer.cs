using Microsoft.IdentityModel.Tokens;

namespace Reconciler.Operator.Intake;

/// <summary>What is known of a key id.</summary>
internal abstract record KeyAnswer
{
    private KeyAnswer() { }

    public sealed record Found(RsaSecurityKey Key) : KeyAnswer;

    /// <summary>Not among the published keys, as far as they may be asked for now.</summary>
    public sealed record Unknown : KeyAnswer;

    /// <summary>No keys could be had, or only ones too old to be trusted.</summary>
    public sealed record Unavailable : KeyAnswer;
}
