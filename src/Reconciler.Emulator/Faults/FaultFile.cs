using System.Text.Json;
using Reconciler.Emulator.Control;
using Reconciler.Emulator.Settings;

namespace Reconciler.Emulator.Faults;

/// <summary>
/// Reads a fault file: <c>{"settings": {…}, "faults": […]}</c> or a bare array of faults. Comments and trailing
/// commas are allowed; an unknown property is an error that names it.
/// </summary>
public static class FaultFile
{
    /// <exception cref="FormatException">The file is not what it should be; the message says where and why.</exception>
    public static EmulatorOptions Load(string path, EmulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            return Parse(File.ReadAllBytes(path), options);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new FormatException($"{path}: {e.Message}", e);
        }
    }

    internal static EmulatorOptions Parse(ReadOnlyMemory<byte> text, EmulatorOptions options)
    {
        JsonDocumentOptions lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        using JsonDocument document = JsonDocument.Parse(text, lenient);
        FaultFileContent content = document.RootElement.ValueKind == JsonValueKind.Array
            ? new FaultFileContent { Faults = ReadRules(document.RootElement) }
            : document.RootElement.Deserialize(ControlJson.Default.FaultFileContent)
                ?? throw new FormatException("the file is null; it must hold an object or an array of faults");

        for (int i = 0; i < content.Faults.Count; i++)
        {
            if (FaultRuleCheck.Explain(content.Faults[i]) is { } reason)
            {
                throw new FormatException($"faults[{i}]: {reason}");
            }
        }

        return options with
        {
            Settings = content.Settings is { } patch ? SettingsPatch.Apply(options.Settings, patch) : options.Settings,
            Faults = [.. options.Faults, .. content.Faults],
        };
    }

    private static IReadOnlyList<FaultRule> ReadRules(JsonElement array) =>
        array.Deserialize(ControlJson.Default.IReadOnlyListFaultRule) ?? [];
}
