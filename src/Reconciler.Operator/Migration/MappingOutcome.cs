using Reconciler.Core.Modules;

namespace Reconciler.Operator.Migration;

/// <summary>What a mapping makes of one old module.</summary>
internal abstract record MappingOutcome
{
    private MappingOutcome() { }

    public sealed record Mapped(ModuleContent Content) : MappingOutcome;

    /// <summary>No rule says how; nothing is guessed.</summary>
    public sealed record Unmapped(string Reason) : MappingOutcome;

    /// <summary>A rule says that it stays behind.</summary>
    public sealed record Skipped(string Reason) : MappingOutcome;
}
