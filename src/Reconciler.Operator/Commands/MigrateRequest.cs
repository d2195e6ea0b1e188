using Reconciler.Core.Planning;

namespace Reconciler.Operator.Commands;

/// <summary>What <c>migrate</c> was asked for.</summary>
internal sealed record MigrateRequest
{
    public required IReadOnlyList<string> From { get; init; }

    public required IReadOnlyList<string> To { get; init; }

    public required string StateDirectory { get; init; }

    public string? Mapping { get; init; }

    public bool Yes { get; init; }

    public bool Write { get; init; }

    public bool SkipUnmapped { get; init; }

    public bool AllowGap { get; init; }

    public string? TokenFile { get; init; }

    public bool AllowInsecure { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>W: how long an interrupted create may still be committed by the remote.</summary>
    public TimeSpan ResolutionWindow { get; init; } = new ProtocolWindows().Resolution;

    /// <summary>The protocol's windows, shortened or stretched in proportion to <see cref="ResolutionWindow"/>. Nothing
    /// on the new side is ever deleted because a manifest does not name it.</summary>
    public ProtocolWindows Windows
    {
        get
        {
            var standard = new ProtocolWindows();
            var factor = ResolutionWindow / standard.Resolution;
            return standard with
            {
                Send = standard.Send * Math.Min(1, factor * 6),
                Http = standard.Http * factor,
                Server = standard.Server * factor,
                Consistency = standard.Consistency * factor,
                Margin = standard.Margin * factor,
                Vanished = TimeSpan.MaxValue,
            };
        }
    }
}
