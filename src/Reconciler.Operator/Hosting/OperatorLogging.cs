using System.Globalization;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Reconciler.Operator.Hosting;

/// <summary>Serilog behind Microsoft.Extensions.Logging, on stdout: JSON lines for machines, readable lines on a
/// terminal.</summary>
internal static class OperatorLogging
{
    private const string TextTemplate =
        "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    public static ILoggerFactory Create(LogFormat format, bool verbose, bool isTerminal)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(verbose ? LogEventLevel.Debug : LogEventLevel.Information)
            // The web server's own chatter is not ours; its failures surface as exceptions.
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning);
        var asText = format == LogFormat.Text || (format == LogFormat.Auto && isTerminal);
        Logger logger = asText
            ? configuration.WriteTo.Console(
                outputTemplate: TextTemplate, formatProvider: CultureInfo.InvariantCulture).CreateLogger()
            : configuration.WriteTo.Console(new JsonLogFormatter()).CreateLogger();
        return new SerilogLoggerFactory(logger, dispose: true);
    }
}
