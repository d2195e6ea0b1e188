using System.CommandLine;
using Reconciler.Atlassian;
using Reconciler.Operator.Hosting;

namespace Reconciler.Operator.Commands;

/// <summary>The options of <c>run</c> that say which remotes may be called, and how they are trusted.</summary>
internal sealed class RemoteArguments
{
    private readonly Option<bool> _insecure;
    private readonly Option<bool> _emulated;
    private readonly Option<string[]> _allowed;
    private readonly Option<string[]> _only;
    private readonly Option<string?> _authorities;

    public RemoteArguments(CommandOptions options)
    {
        _insecure = options.Flag(
            "--allow-insecure-remote", "Accept plain http to remotes that are not loopback hosts.");
        _emulated = options.Flag(
            "--emulated-remotes", "Remotes on loopback hosts are emulators: wait 12 s, not 120 s, for a lost create.");
        _emulated.Hidden = true;
        _allowed = Hosts(
            options, "--allow-remote-hosts", "HOST",
            "Name, address or CIDR of remotes that may be called although they are not at a public address; may be "
            + "repeated. Default: none.",
            RemoteHosts.CanAllow);
        _only = Hosts(
            options, "--only-remote-hosts", "HOST",
            "Name, address or *.SUFFIX of the only remotes that may be called; may be repeated. Default: any.",
            RemoteHosts.CanRestrict);
        _authorities = options.Text(
            "--remote-ca", "FILE", "PEM file of the authorities that remotes are trusted by. Default: the system's.");
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _insecure, _emulated, _allowed, _only, _authorities })
        {
            command.Options.Add(option);
        }
    }

    public OperatorOptions Read(ParseResult parsed, OperatorOptions others) => others with
    {
        AllowInsecureRemote = parsed.GetValue(_insecure),
        EmulatedRemotes = parsed.GetValue(_emulated),
        Hosts = new RemoteHosts(
            [.. parsed.GetValue(_allowed) ?? []], [.. parsed.GetValue(_only) ?? []], parsed.GetValue(_emulated)),
        RemoteAuthorities = parsed.GetValue(_authorities),
    };

    private static Option<string[]> Hosts(
        CommandOptions options, string name, string helpName, string description, Func<string, bool> isEntry)
    {
        var option = options.Parsed<string[]>(name, helpName, null, description, IsList);
        option.Arity = ArgumentArity.OneOrMore;
        return option;

        bool IsList(string text, out string[] value)
        {
            value = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return value.Length > 0 && value.All(isEntry);
        }
    }
}
