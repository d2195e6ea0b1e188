using System.Text.Json;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>The modules of a Connect registration, in the order sent.</summary>
internal sealed record ConnectBody(IReadOnlyList<ConnectBody.Module> Modules, bool Unwrapped)
{
    /// <summary>One definition: the group name and the object as sent.</summary>
    internal sealed record Module(string Type, string Key, JsonElement Data);

    /// <summary>Null with the refusal when the body holds no modules in a known shape (X10).</summary>
    public static ConnectBody? Read(RemoteCall call, string app, out WireResponse refusal)
    {
        refusal = ConnectErrors.Malformed("The request body is not a JSON object of modules");
        if (call.Request.BodyTooLong || call.Request.Body.Length > call.Settings.MaxRequestBytes)
        {
            refusal = ForgeErrors.TooLarge();
            return null;
        }

        if (JsonText.TryParse(call.Request.Body, out _) is not { ValueKind: JsonValueKind.Object } root)
        {
            return null;
        }

        bool wrapped = root.EnumerateObject().Count() == 1 && root.TryGetProperty("modules", out _);
        if (wrapped && root.GetProperty("modules").ValueKind == JsonValueKind.Object)
        {
            root = root.GetProperty("modules");
        }
        else if (wrapped && call.Settings.ConnectModulesArray == Leniency.Reject)
        {
            refusal = ConnectErrors.UnknownModule(app, "modules");
            return null;
        }

        List<Module> modules = [];
        foreach (JsonProperty group in root.EnumerateObject())
        {
            if (ReadGroup(group, modules) is { } problem)
            {
                refusal = ConnectErrors.Invalid(app, problem);
                return null;
            }
        }

        return new ConnectBody(modules, wrapped);
    }

    /// <summary>A group is an array; a lone object counts as one module, as in a descriptor.</summary>
    private static string? ReadGroup(JsonProperty group, List<Module> modules)
    {
        JsonElement[] items = group.Value.ValueKind switch
        {
            JsonValueKind.Array => [.. group.Value.EnumerateArray()],
            JsonValueKind.Object => [group.Value],
            _ => [],
        };
        if (items.Length == 0 && group.Value.ValueKind != JsonValueKind.Array)
        {
            return $"{group.Name} must be an array of modules";
        }

        foreach (JsonElement item in items)
        {
            if (item.ValueKind != JsonValueKind.Object
                || !item.TryGetProperty("key", out JsonElement key)
                || key.ValueKind != JsonValueKind.String)
            {
                return $"{group.Name} holds a module without a key";
            }

            modules.Add(new Module(group.Name, key.GetString()!, item));
        }

        return null;
    }
}
