using System.Collections.Immutable;
using System.Text.Json;
using Reconciler.Core.ModuleRules;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Resources;

/// <summary>What the documented shapes say about a spec: for <c>lint</c> and for the condition DataWarning.</summary>
internal static class DataAdvice
{
    private const int ShownMax = 5;

    /// <returns>Empty for data that cannot be used at all: that is InvalidData's affair.</returns>
    public static ImmutableArray<Advice> Of(DynamicModuleSpec spec, RemoteApi api)
    {
        if (spec.Type is not { } type || spec.Data is not { IsTooLarge: false } data)
        {
            return [];
        }

        using var document = JsonDocument.Parse(data.Bytes);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? DataRules.Check(api, type, document.RootElement)
            : [];
    }

    /// <summary>One paragraph for a condition; null when there is nothing to say.</summary>
    public static string? Summarize(ImmutableArray<Advice> advice)
    {
        if (advice.IsEmpty)
        {
            return null;
        }

        var shown = string.Join("; ", advice.Take(ShownMax));
        return advice.Length > ShownMax ? $"{shown}; and {advice.Length - ShownMax} more." : $"{shown}.";
    }
}
