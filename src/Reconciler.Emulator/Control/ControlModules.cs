using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Control;

/// <summary>modules: writes by a foreign actor.</summary>
internal static class ControlModules
{
    public static WireResponse Answer_Locked(EmulatedCloud cloud, WireRequest request, string[] rest)
    {
        ForeignWrite? write = (request.Verb, rest.Length) switch
        {
            ("POST", 0) => ControlApi.Read(request, ControlJson.Default.ForeignWrite),
            ("PUT", 1) => ControlApi.Read(request, ControlJson.Default.ForeignWrite) with { Key = rest[0] },
            ("DELETE", 1) => new ForeignWrite { Key = rest[0], Delete = true },
            _ => null,
        };
        if (write is null)
        {
            return ControlApi.Error(405, $"{request.Verb} is not offered here");
        }

        StoredModule? module = ForeignWriter.Apply_Locked(cloud, Target(write, request));
        if (module is null)
        {
            return ControlApi.Error(404, "no such module; to add one, send type and data");
        }

        return write.Delete
            ? new WireResponse(204)
            : ControlApi.Ok(module, ControlJson.Default.StoredModule, request.Verb == "POST" ? 201 : 200);
    }

    private static ForeignWrite Target(ForeignWrite write, WireRequest request)
    {
        string? installation = QueryString.First(request.Query, "installation");
        string? api = QueryString.First(request.Query, "api");
        return write with
        {
            Installation = installation ?? write.Installation,
            Api = api is null ? write.Api : ModuleApiNames.Parse(api),
        };
    }
}
