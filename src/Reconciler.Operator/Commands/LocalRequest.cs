
namespace Reconciler.Operator.Commands;

/// <summary>What a run without a cluster was asked for.</summary>
internal sealed record LocalRequest
{
    public required IReadOnlyList<string> Files { get; init; }

    public required string StateDirectory { get; init; }

    public string? TokenFile { get; init; }

    public bool AllowInsecure { get; init; }

    /// <summary>Plan hash that the user approves.</summary>
    public string? Approve { get; init; }

    public bool Yes { get; init; }

    /// <summary>How long <c>apply</c> goes on while there is something to wait for.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A module that is in no file any more is to be deleted at once: files come all together.</summary>
    public Core.Planning.ProtocolWindows Windows { get; init; } = new() { Vanished = TimeSpan.Zero };
}
