using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands;

/// <summary>Tells on standard error what was passed over, so that standard output stays the result.</summary>
internal static class Warnings
{
    public static async Task WriteAsync(ManifestSet manifests, Terminal terminal)
    {
        foreach (var warning in manifests.Warnings)
        {
            await terminal.Error.WriteLineAsync($"warning: {warning}");
        }
    }
}
