using Spectre.Console;

namespace Reconciler.Operator.Rendering;

/// <summary>Writes lines: coloured on a terminal, plain otherwise. Never wraps and never shortens.</summary>
internal sealed class Paper
{
    private readonly IAnsiConsole _console;

    public Paper(TextWriter writer, bool colors)
    {
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = colors ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colors ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        _console.Profile.Width = 1_000_000;
    }

    public void Line(string text = "", Mark mark = Mark.None, int indent = 0)
    {
        var (sign, color) = mark switch
        {
            Mark.Create => ("+ ", Color.Green),
            Mark.Update => ("~ ", Color.Yellow),
            Mark.Delete => ("- ", Color.Red),
            Mark.Bind => ("= ", Color.Aqua),
            Mark.Refused => ("! ", Color.Red),
            Mark.Waiting => ("… ", Color.Grey),
            Mark.Done => ("✓ ", Color.Green),
            _ => ("", Color.Default),
        };
        _console.Write(new string(' ', indent) + sign + Printable(text) + "\n", new Style(color));
    }

    public void Heading(string text) => _console.Write(Printable(text) + "\n", new Style(decoration: Decoration.Bold));

    /// <summary>Control characters in remote text must not drive the terminal.</summary>
    private static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;
}
