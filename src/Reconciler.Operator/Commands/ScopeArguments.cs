using System.CommandLine;
using Reconciler.Operator.Hosting;

namespace Reconciler.Operator.Commands;

/// <summary>The options of <c>run</c> that say what of which cluster the operator serves.</summary>
internal sealed class ScopeArguments
{
    private readonly Option<string?> _kubeconfig;
    private readonly Option<string?> _context;
    private readonly Option<string[]> _namespaces;
    private readonly Option<string[]> _secrets;

    public ScopeArguments(CommandOptions options)
    {
        _kubeconfig = options.Text(
            "--kubeconfig", "FILE", "Kubeconfig to use. Default: in-cluster, $KUBECONFIG, ~/.kube/config.");
        _context = options.Text("--context", "NAME", "Context of the kubeconfig. Default: its current one.");
        _namespaces = options.Parsed<string[]>(
            "--namespace", "NS", null, "Namespace to serve; may be repeated. Default: all.", Namespaces);
        _namespaces.Arity = ArgumentArity.OneOrMore;
        _secrets = options.Values(
            "--secret-name", "NAME",
            "The only Secrets to read, in every namespace; may be repeated. Default: any named.");
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _kubeconfig, _context, _namespaces, _secrets })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The same options with the scope filled in.</summary>
    public OperatorOptions Read(ParseResult parsed, OperatorOptions others) => others with
    {
        Kubeconfig = parsed.GetValue(_kubeconfig),
        Context = parsed.GetValue(_context),
        Namespaces = [.. (parsed.GetValue(_namespaces) ?? []).Distinct(StringComparer.Ordinal)],
        SecretNames = [.. (parsed.GetValue(_secrets) ?? []).Distinct(StringComparer.Ordinal)],
    };

    private static bool Namespaces(string text, out string[] value)
    {
        value = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return value.Length > 0;
    }
}
