using Reconciler.Core.Planning;

namespace Reconciler.Core.Execution;

/// <summary>How a pass works. The defaults are the protocol's; a run over files sets <c>Windows.Vanished</c> to zero.
/// </summary>
public sealed record PassOptions
{
    public ProtocolWindows Windows { get; init; } = new();

    /// <summary>K: creates announced in one ledger write. The results of a batch ride with the intents of the next.
    /// </summary>
    public int BatchSize { get; init; } = 10;

    /// <summary>How often the write of a known result is tried before the next pass takes over.</summary>
    public int RecordTries { get; init; } = 5;

    /// <summary>Between those tries; doubles.</summary>
    public TimeSpan RecordDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a cancelled pass may take to write down what it knows.</summary>
    public TimeSpan Flush { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After this long a pass begins no further action, once it has done one: what is done is recorded, and
    /// <see cref="PassOutcome.Wait"/> asks for the next pass at once. Null: it does all that there is to do.</summary>
    public TimeSpan? SoftLimit { get; init; }

    internal ProtocolRules Rules { get; init; } = ProtocolRules.Sound;
}
