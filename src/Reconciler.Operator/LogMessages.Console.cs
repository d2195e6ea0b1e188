using Microsoft.Extensions.Logging;

namespace Reconciler.Operator;

/// <summary>Log lines of the console: 400–419.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(400, LogLevel.Information, "Serving the console on http://{Address}/")]
    public static partial void ServingConsole(this ILogger logger, string address);

    [LoggerMessage(401, LogLevel.Warning,
        "The console has no login: whoever reaches {Address} can read it. Bind it to loopback and forward the port")]
    public static partial void ConsoleIsOpen(this ILogger logger, string address);

    [LoggerMessage(402, LogLevel.Error, "The console could not be brought up to date: a defect")]
    public static partial void ConsoleDefect(this ILogger logger, Exception exception);
}
