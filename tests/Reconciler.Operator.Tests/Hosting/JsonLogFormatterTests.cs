using System.Text.Json;
using Reconciler.Core.Modules;
using Reconciler.Operator.Hosting;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Reconciler.Operator.Tests.Hosting;

public sealed class JsonLogFormatterTests : ILogEventSink
{
    private readonly StringWriter _output = new();

    [Fact]
    public void A_line_is_one_json_object_with_the_event_and_its_values()
    {
        using var factory = new SerilogLoggerFactory(new LoggerConfiguration().WriteTo.Sink(this).CreateLogger(), true);
        var log = factory.CreateLogger("Test");

        log.InstallationChanged(new InstallationKey("team-a", "acme"), "Synced", "All \"3\" in sync.");

        var line = Assert.Single(_output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal("Installation team-a/acme: Synced: All \"3\" in sync.", json.GetProperty("message").GetString());
        Assert.Equal("info", json.GetProperty("level").GetString());
        Assert.Equal(200, json.GetProperty("eventId").GetInt32());
        Assert.Equal("InstallationChanged", json.GetProperty("event").GetString());
        Assert.Equal("team-a/acme", json.GetProperty("installation").GetString());
        Assert.Equal("Test", json.GetProperty("logger").GetString());
    }

    void ILogEventSink.Emit(LogEvent logEvent) => new JsonLogFormatter().Format(logEvent, _output);
}
