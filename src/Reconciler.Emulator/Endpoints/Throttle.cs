using Reconciler.Emulator.Settings;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>The rate limit of an admitted call.</summary>
internal static class Throttle
{
    /// <summary>Null lets the call pass.</summary>
    public static WireResponse? Refuse(RemoteCall call)
    {
        RateLimitSettings? limit = call.Settings.RateLimit;
        return limit is not null && call.Cloud.Buckets.Take(call.Installation!.Id, limit, call.Now) is { } wait
            ? GatewayErrors.TooManyRequests(limit.Form, wait, call.Now)
            : null;
    }
}
