using System.CommandLine;
using System.Net;
using Reconciler.Operator.Console;
using Reconciler.Operator.Hosting;

namespace Reconciler.Operator.Commands;

/// <summary>The options of <c>run</c> that serve the console (docs/console.md).</summary>
internal sealed class ConsoleArguments
{
    private readonly Option<IPEndPoint?> _bind;
    private readonly Option<string[]> _hosts;

    public ConsoleArguments(Command command, Func<string, string?> variable)
    {
        var options = new CommandOptions(variable);
        _bind = options.Parsed<IPEndPoint?>(
            "--console-bind", "HOST:PORT", null,
            "Serve the console here; without a host on loopback, without a value on port "
            + $"{ConsoleOptions.StandardPort}. Off unless set.",
            EndPoint);
        _bind.Arity = ArgumentArity.ZeroOrOne;
        _hosts = options.Values(
            "--console-host", "NAME",
            "Further name by which browsers call the console, as behind a proxy; may be repeated.");
        command.Options.Add(_bind);
        command.Options.Add(_hosts);
    }

    /// <summary>Null when there is no console.</summary>
    public ConsoleOptions? Read(ParseResult parsed) => parsed.GetValue(_bind) is { } bind
        ? new() { Bind = bind, Hosts = [.. parsed.GetValue(_hosts) ?? []] }
        : null;

    // Without a host it is loopback, unlike the other addresses: everybody may read metrics.
    private static bool EndPoint(string text, out IPEndPoint? value)
    {
        var full = text switch
        {
            "" => $"localhost:{ConsoleOptions.StandardPort}",
            [':', ..] => $"localhost{text}",
            _ when !text.Contains(':', StringComparison.Ordinal) => $"localhost:{text}",
            _ => text,
        };
        value = BindAddress.TryParse(full, out var bind) ? new(bind.Address, bind.Port) : null;
        return value is not null;
    }
}
