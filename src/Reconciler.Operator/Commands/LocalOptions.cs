using System.CommandLine;

namespace Reconciler.Operator.Commands;

/// <summary>The options that <c>plan</c> and <c>apply</c> share.</summary>
internal sealed class LocalOptions
{
    public const string StandardState = ".reconciler";

    public LocalOptions(CommandOptions options)
    {
        File = options.Paths(
            "--file", "-f", "PATH",
            "Manifests: files, directories (recursive), or - for standard input. May be repeated.");
        State = options.Text("--state", "DIR", "Where the ledger is kept.", StandardState);
        TokenFile = options.Text(
            "--token-file", "FILE",
            "File with the Forge token, used instead of Secrets. RECONCILER_TOKEN holds it directly.");
        AllowInsecure = options.Flag(
            "--allow-insecure-remote", "Accept plain http to remotes that are not loopback hosts.");
    }

    public Option<string[]> File { get; }

    public Option<string?> State { get; }

    public Option<string?> TokenFile { get; }

    public Option<bool> AllowInsecure { get; }

    public void AddTo(Command command)
    {
        command.Options.Add(File);
        command.Options.Add(State);
        command.Options.Add(TokenFile);
        command.Options.Add(AllowInsecure);
    }

    public LocalRequest Read(ParseResult parsed) => new()
    {
        Files = parsed.GetValue(File)!,
        StateDirectory = parsed.GetValue(State)!,
        TokenFile = parsed.GetValue(TokenFile),
        AllowInsecure = parsed.GetValue(AllowInsecure),
    };
}
