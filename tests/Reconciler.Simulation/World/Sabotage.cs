using Reconciler.Core.Execution;
using Reconciler.Core.Planning;

namespace Reconciler.Simulation.World;

/// <summary>What is broken in the operator under test, to see that the checkers notice; nothing by default.</summary>
internal sealed record Sabotage(string Name)
{
    public static Sabotage None { get; } = new("none");

    public PassOptions Pass { get; init; } = new();

    /// <summary>Put between the operator's remote client and the wire.</summary>
    public Func<HttpMessageHandler, HttpMessageHandler> Wire { get; init; } = static wire => wire;

    /// <summary>Put between the operator's Kubernetes client and the wire.</summary>
    public Func<HttpMessageHandler, HttpMessageHandler> ApiWire { get; init; } = static wire => wire;

    public static Sabotage OfRules(string name, Func<ProtocolRules, ProtocolRules> change) =>
        new(name) { Pass = new PassOptions { Rules = change(ProtocolRules.Sound) } };
}
