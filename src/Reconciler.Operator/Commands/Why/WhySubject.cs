namespace Reconciler.Operator.Commands.Why;

/// <summary>What <c>why</c> was asked about.</summary>
/// <param name="Namespace">Null: the default of where it is looked up.</param>
internal sealed record WhySubject(bool IsInstallation, string Name, string? Namespace)
{
    public string Kind => IsInstallation ? "Installation" : "DynamicModule";

    /// <exception cref="CommandException">The text is not KIND/NAME of a kind of ours.</exception>
    public static WhySubject Parse(string text, string? inNamespace)
    {
        if (text.Split('/') is not [{ Length: > 0 } kind, { Length: > 0 } name])
        {
            throw new CommandException($"'{text}' is not KIND/NAME: write for example dm/my-module or dminst/acme");
        }

        return kind.ToLowerInvariant() switch
        {
            "dm" or "dynamicmodule" or "dynamicmodules" => new(false, name, inNamespace),
            "dminst" or "installation" or "installations" => new(true, name, inNamespace),
            _ => throw new CommandException($"'{kind}' is no kind that why knows: use dm/NAME or dminst/NAME"),
        };
    }
}
