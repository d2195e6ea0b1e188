using System.Text.Json.Nodes;

namespace Reconciler.Simulation.Remote;

/// <summary>What a request asks of the remote, in the words of no API.</summary>
internal abstract record SimCall
{
    private SimCall() { }

    public sealed record List : SimCall;

    public sealed record Get(string Key) : SimCall;

    /// <summary>All of them or none.</summary>
    public sealed record Create(IReadOnlyList<SimDraft> Modules) : SimCall;

    public sealed record Update(string Key, SimDraft Module) : SimCall;

    /// <summary>Without a key it asks for the end of everything (I13).</summary>
    public sealed record Delete(IReadOnlyList<string> Keys) : SimCall;

    /// <summary>Nothing this API knows.</summary>
    public sealed record Unknown : SimCall;
}

/// <summary>A module as a request defines it.</summary>
/// <param name="Key">Null where the server makes it.</param>
/// <param name="Attempt">What its sender says it is sent for.</param>
internal sealed record SimDraft(string? Key, string Type, JsonObject Data, string? Attempt);

/// <summary>Why a write was refused, however the API puts it.</summary>
internal enum SimRefusal
{
    None,
    Quota,
    Taken,
    Data,
}
