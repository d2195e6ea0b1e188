using Reconciler.Emulator.Authentication;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>
/// A Forge Dynamic Modules API: routing, admission, throttling; the verbs are in <see cref="ForgeVerbs"/>.
/// Source: the Forge Dynamic Modules API pages of 2026-08 (reference §2–§4).
/// </summary>
internal sealed class ForgeApi(ForgeDialect dialect, IAdmission admission) : IRemoteApi
{
    public string Name => dialect.Name;

    public bool Serves(WireRequest request) => ForgePath.TryMatch(request.Path, dialect.Path, out _);

    public string? ClaimedInstallation(EmulatedCloud cloud, WireRequest request) => admission.Claimed(cloud, request);

    public WireResponse Answer(RemoteCall call)
    {
        ForgePath.TryMatch(call.Request.Path, dialect.Path, out string? key);
        call.Key = key;
        if (admission.Refuse(call) is { } refusal)
        {
            return refusal;
        }

        if (Throttle.Refuse(call) is { } later)
        {
            return later;
        }

        ForgeVerbs verbs = new(dialect, call);
        return (call.Request.Verb, key) switch
        {
            ("POST", null) => verbs.Register(),
            ("GET", null) => verbs.List(),
            ("PUT", null) when dialect.PutOnCollection => verbs.Update(pathKey: null),
            ("GET", not null) => verbs.Retrieve(key),
            ("PUT", not null) => verbs.Update(key),
            ("DELETE", not null) => verbs.Delete(key),
            _ => ForgeErrors.WrongVerb(key is null ? "GET, POST" : "GET, PUT, DELETE"),
        };
    }
}
