#pragma warning disable RS0030 // The one place that touches the process's console; all commands get it passed.
using System.Text;

namespace Reconciler.Operator.Commands;

/// <summary>Where a command reads and writes; a test gives its own.</summary>
/// <param name="IsInteractive">A person can answer a question.</param>
/// <param name="HasColors">Standard output is a terminal that wants colours (NO_COLOR unset).</param>
/// <param name="Variable">Reads an environment variable.</param>
internal sealed record Terminal(
    TextWriter Output, TextWriter Error, Stream Input, bool IsInteractive, bool HasColors,
    Func<string, string?> Variable)
{
    public static Terminal OfProcess()
    {
        System.Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new Terminal(
            System.Console.Out, System.Console.Error, System.Console.OpenStandardInput(),
            !System.Console.IsInputRedirected && !System.Console.IsOutputRedirected,
            !System.Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Environment.GetEnvironmentVariable);
    }
}
