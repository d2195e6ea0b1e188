using System.Text.Json.Nodes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>One object of a rendered chart.</summary>
internal sealed class RenderedObject(JsonNode rendered)
{
    public JsonNode Object => rendered["object"]!;

    /// <summary>The template that it comes from, below the chart.</summary>
    public string Source => rendered["source"]!.GetValue<string>();

    /// <summary>It is made by Helm at a moment of the release's life, and is no part of it.</summary>
    public bool IsHook => rendered["hook"] is not null;

    public string Kind => Object["kind"]!.GetValue<string>();

    public string Name => Object["metadata"]!["name"]!.GetValue<string>();

    public string? Namespace => Object["metadata"]!["namespace"]?.GetValue<string>();

    public override string ToString() => $"{Kind} {Namespace}/{Name}";
}
