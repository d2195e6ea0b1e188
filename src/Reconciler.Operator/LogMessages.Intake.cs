using Microsoft.Extensions.Logging;

namespace Reconciler.Operator;

/// <summary>Log lines of the token intake: 300–399. What a caller sent is never in one, but for the ARI of a verified
/// tenant.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(300, LogLevel.Information, "Taking tokens from Forge on {Address} for {Apps}")]
    public static partial void ServingIntake(this ILogger logger, string address, string apps);

    [LoggerMessage(301, LogLevel.Warning,
        "The keys of Forge cannot be fetched from {Server}: {Problem}. Keys that are known stay good for a day")]
    public static partial void KeysUnavailable(this ILogger logger, string server, string problem);

    [LoggerMessage(302, LogLevel.Information, "The keys of Forge are fetched from {Server} again")]
    public static partial void KeysRecovered(this ILogger logger, string server);

    [LoggerMessage(303, LogLevel.Error,
        "The token delivered for {Installation} cannot be kept: {Problem}. Forge is told, and delivers again")]
    public static partial void TokenNotStored(this ILogger logger, string installation, string problem);

    [LoggerMessage(304, LogLevel.Information, "Forge says {Event} for {Installation}, which has no token yet")]
    public static partial void EventWithoutToken(this ILogger logger, string @event, string installation);

    [LoggerMessage(305, LogLevel.Information, "New tenant {Tenant}: created Installation {Installation}")]
    public static partial void TenantDiscovered(this ILogger logger, string tenant, string installation);

    [LoggerMessage(306, LogLevel.Warning, "No Installation could be created for new tenant {Tenant}: {Problem}")]
    public static partial void DiscoveryFailed(this ILogger logger, string tenant, string problem);

    [LoggerMessage(307, LogLevel.Warning,
        "Discovery stops at {Max} Installations: raise --forge-discovery-max, or delete what is not used")]
    public static partial void DiscoveryFull(this ILogger logger, int max);
}
