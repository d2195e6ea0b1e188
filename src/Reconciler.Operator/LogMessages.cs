using Microsoft.Extensions.Logging;
using Reconciler.Core.Modules;

namespace Reconciler.Operator;

/// <summary>
/// Every log line of the operator, with a stable id: 1–99 process, 100–199 control loop, 200–299 one installation,
/// 300–399 the token intake.
/// One line per transition, none per event; never a secret.
/// </summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Information,
        "Starting {Version} as {Identity} on {Cluster}: {Scope}, {Workers} workers, leader election {LeaderElection}")]
    public static partial void Starting(
        this ILogger logger, string version, string identity, string scope, int workers, string leaderElection,
        string cluster);

    [LoggerMessage(2, LogLevel.Information, "Serving /metrics on {Address}")]
    public static partial void ServingMetrics(this ILogger logger, string address);

    [LoggerMessage(12, LogLevel.Information, "Serving /healthz, /livez and /readyz on {Address}")]
    public static partial void ServingHealth(this ILogger logger, string address);

    [LoggerMessage(3, LogLevel.Information,
        "Caches synced after {Seconds:0.00} s: {Installations} installations, {Modules} modules")]
    public static partial void Synced(this ILogger logger, double seconds, int installations, int modules);

    [LoggerMessage(4, LogLevel.Information, "Leading: passes start now")]
    public static partial void Leading(this ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "No longer leading: running passes are cancelled")]
    public static partial void LeadershipLost(this ILogger logger);

    [LoggerMessage(6, LogLevel.Information, "Stopping: waiting up to {Seconds} s for {Running} running passes")]
    public static partial void Stopping(this ILogger logger, double seconds, int running);

    [LoggerMessage(7, LogLevel.Information, "Stopped")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(8, LogLevel.Critical, "The {Loop} loop ended unexpectedly: stopping, so that a new process starts")]
    public static partial void LoopDied(this ILogger logger, string loop, Exception? exception);

    [LoggerMessage(9, LogLevel.Warning, "The cluster cannot be used yet, waiting for it: {Problem}")]
    public static partial void ClusterUnavailable(this ILogger logger, string problem);

    [LoggerMessage(10, LogLevel.Error, "The {Loop} loop ended badly while stopping")]
    public static partial void LoopEndedBadly(this ILogger logger, string loop, Exception exception);

    [LoggerMessage(11, LogLevel.Critical, "Cannot start: {Problem}")]
    public static partial void CannotStart(this ILogger logger, string problem);

    [LoggerMessage(13, LogLevel.Information, "Exporting by OTLP over {Protocol} to {Endpoint}")]
    public static partial void SendingTelemetry(this ILogger logger, string endpoint, string protocol);

    [LoggerMessage(100, LogLevel.Error, "Pass over {Installation} failed on a defect; tried again in {Seconds:0} s")]
    public static partial void PassDefect(
        this ILogger logger, InstallationKey installation, double seconds, Exception exception);

    [LoggerMessage(101, LogLevel.Warning, "Pass over {Installation} took longer than {Seconds:0} s and was cut off")]
    public static partial void PassTimedOut(this ILogger logger, InstallationKey installation, double seconds);

    [LoggerMessage(102, LogLevel.Debug, "Pass over {Installation} took {Milliseconds:0} ms: {Outcome}")]
    public static partial void PassEnded(
        this ILogger logger, InstallationKey installation, double milliseconds, string outcome);

    [LoggerMessage(103, LogLevel.Warning, "{Resource} could not be written: {Problem}; tried again")]
    public static partial void WriteFailed(this ILogger logger, string resource, string problem);

    [LoggerMessage(200, LogLevel.Information, "Installation {Installation}: {Reason}: {Text}")]
    public static partial void InstallationChanged(
        this ILogger logger, InstallationKey installation, string reason, string text);

    [LoggerMessage(201, LogLevel.Information, "Module {Module}: {Reason}: {Text}")]
    public static partial void ModuleChanged(this ILogger logger, string module, string reason, string text);
}
