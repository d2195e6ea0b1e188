using Reconciler.Atlassian.Http;

namespace Reconciler.Atlassian;

/// <summary>Where the rate limit of one installation stands; reading it changes nothing and may be done at any time,
/// from any thread.</summary>
public sealed class RemotePace
{
    private readonly Pacing _pacing;

    internal RemotePace(Pacing pacing) => _pacing = pacing;

    /// <summary>Requests that may leave at once. Below zero: that many wait their turn.</summary>
    public double Tokens => _pacing.Tokens;

    /// <summary>How long the remote has asked for silence from now; zero while it has not.</summary>
    public TimeSpan ClosedFor => _pacing.ClosedFor;
}
