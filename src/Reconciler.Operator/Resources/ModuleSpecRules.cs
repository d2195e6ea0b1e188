using Reconciler.Core.Modules;

namespace Reconciler.Operator.Resources;

/// <summary>The static rules of a DynamicModule's spec: those of the CRD, for manifests that never saw an API server,
/// and those that need the Installation's api.</summary>
internal static class ModuleSpecRules
{
    private const int TextLengthMax = 255;

    /// <returns>Null when usable, else one sentence: what is wrong and how to fix it.</returns>
    public static string? Explain(DynamicModuleSpec spec, RemoteApi api)
    {
        if (spec.Type is not { } type || !IsType(type))
        {
            return "spec.type must name a module type without white space, for example trigger.";
        }

        return ExplainData(spec.Data) ?? ExplainKeys(spec, api);
    }

    private static string? ExplainData(RawJson? data)
    {
        if (data is null)
        {
            return "spec.data is missing: give the module's definition, an object.";
        }

        if (data.IsTooLarge)
        {
            return $"spec.data has {data.Length} bytes as JSON; at most {RawJson.LengthMax} are accepted.";
        }

        return data.Bytes.Span[0] == '{' ? null : "spec.data must be an object, as in the app's manifest.";
    }

    private static string? ExplainKeys(DynamicModuleSpec spec, RemoteApi api)
    {
        if (spec.Key is { } key)
        {
            if (!api.HasClientKeys())
            {
                return $"spec.key cannot be chosen with {api}, the server makes the key: remove it, or use "
                    + "spec.importKey to bind to an existing module.";
            }

            if (!IsClientKey(key))
            {
                return "spec.key may consist of letters, digits, '-' and '_' only, at most 255.";
            }
        }

        if (spec.ImportKey is { } import && !IsRemoteKey(import))
        {
            return "spec.importKey must be the key of a remote module, without white space and any of / ? # % \\.";
        }

        return spec.Key is not null && spec.ImportKey is not null && spec.Key != spec.ImportKey
            ? "spec.key and spec.importKey name two different remote modules: remove one, or make them equal."
            : null;
    }

    private static bool IsType(string text) => text.Length is > 0 and <= TextLengthMax && !text.Any(char.IsWhiteSpace);

    private static bool IsClientKey(string text) => text.Length is > 0 and <= TextLengthMax
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    private static bool IsRemoteKey(string text) => text.Length is > 0 and <= TextLengthMax && text is not ("." or "..")
        && !text.Any(character => char.IsWhiteSpace(character) || character is '/' or '?' or '#' or '%' or '\\');
}
