using System.CommandLine;
using Reconciler.Operator.Hosting;

namespace Reconciler.Operator.Commands;

/// <summary>The options of <c>run</c> that let others see what the operator does; all off by default.</summary>
internal sealed class ObservationArguments
{
    /// <summary>What every program with OpenTelemetry understands.</summary>
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";

    private readonly Option<Uri> _otlp;
    private readonly Option<bool> _debug;
    private readonly Func<string, string?> _variable;

    public ObservationArguments(CommandOptions options, Func<string, string?> variable)
    {
        _variable = variable;
        _otlp = options.Parsed<Uri>(
            "--otlp-endpoint", "URL", null,
            $"Where to send traces and metrics (OTLP). Default: ${EndpointVariable}, else nowhere.", IsEndpoint);
        _debug = options.Flag("--debug", "Serve /debug beside /metrics: queue, caches, rate limits, ledgers.");
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_otlp);
        command.Options.Add(_debug);
    }

    public OperatorOptions Read(ParseResult parsed, OperatorOptions others) => others with
    {
        OtlpEndpoint = parsed.GetValue(_otlp) ?? FromVariable(),
        OtlpIsGrpc = _variable(ProtocolVariable) == "grpc",
        Debug = parsed.GetValue(_debug),
    };

    private Uri? FromVariable() =>
        _variable(EndpointVariable) is { } text && IsEndpoint(text, out var endpoint) ? endpoint : null;

    private static bool IsEndpoint(string text, out Uri value) =>
        Uri.TryCreate(text, UriKind.Absolute, out value!) && value.Scheme is "http" or "https";
}
