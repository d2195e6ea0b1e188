using System.CommandLine;
using System.Globalization;
using System.Net;
using Reconciler.Operator.Hosting;
using Reconciler.Operator.Intake;

namespace Reconciler.Operator.Commands;

/// <summary>The options of <c>run</c> that make the operator take tokens from Forge (docs/forge-remote.md).</summary>
internal sealed class IntakeArguments
{
    private const string BindName = "--forge-remote-bind";
    private const string AppName = "--forge-app-id";
    private const string AppPrefix = "ari:cloud:ecosystem::app/";

    private readonly Option<string?> _bind;
    private readonly Option<string[]> _apps;
    private readonly Option<string?> _keys;
    private readonly Option<string?> _isolated;
    private readonly Option<string?> _namespace;
    private readonly Option<string[]> _usableFrom;
    private readonly Option<string?> _template;
    private readonly Option<string?> _max;
    private readonly Option<IPNetwork[]> _proxies;

    public IntakeArguments(Command command, Func<string, string?> variable)
    {
        var options = new CommandOptions(variable);
        _bind = options.Text(BindName, "HOST:PORT", "Take tokens from Forge here, behind TLS. Off unless set.");
        _apps = options.Values(AppName, "ARI", "App whose calls are taken; may be repeated. Required with the above.");
        _keys = options.Text(
            "--forge-jwks-url", "URL", "Keys that verify calls.", IntakeOptions.ProductionKeys.AbsoluteUri);
        _isolated = options.Text(
            "--forge-isolated-jwks-template", "URL", "The same for isolated clouds, with {icLabel}. Default: refused.");
        _namespace = options.Text(
            "--forge-token-namespace", "NS", "Namespace of the Secrets with tokens. Default: the operator's own.");
        _usableFrom = options.Values(
            "--forge-usable-from", "NS", "Further namespace whose Installations may use tokens; * for all.");
        _template = options.Text(
            "--forge-discovery-template", "FILE", "Installation to create for a new tenant. Default: none.");
        _max = options.Text("--forge-discovery-max", "N", "Most Installations made so.", "100");
        _proxies = options.Parsed<IPNetwork[]>(
            "--forge-trusted-proxies", "CIDR", null,
            "Proxies whose X-Forwarded-For names the caller; a list, may be repeated. Default: none.", Networks);
        _proxies.Arity = ArgumentArity.OneOrMore;
        foreach (var option in new Option[]
        {
            _bind, _apps, _keys, _isolated, _namespace, _usableFrom, _template, _max, _proxies,
        })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Null when no tokens are taken.</summary>
    /// <exception cref="CommandException">An option cannot be used.</exception>
    public IntakeOptions? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_bind) is not { } bind)
        {
            return null;
        }

        Check(parsed, bind);
        return new IntakeOptions
        {
            Bind = EndPoint(bind)!,
            AppIds = [.. Apps(parsed.GetValue(_apps))],
            KeysAddress = new Uri(parsed.GetValue(_keys)!),
            IsolatedKeysTemplate = parsed.GetValue(_isolated),
            TokenNamespace = parsed.GetValue(_namespace),
            UsableFrom = [.. parsed.GetValue(_usableFrom) ?? []],
            DiscoveryTemplate = parsed.GetValue(_template),
            DiscoveryMax = Count(parsed.GetValue(_max))!.Value,
            TrustedProxies = [.. parsed.GetValue(_proxies) ?? []],
        };
    }

    private void Check(ParseResult result, string bind)
    {
        Require(EndPoint(bind) is not null, $"{BindName}: '{bind}' cannot be used; write it like 127.0.0.1:8443");
        var apps = result.GetValue(_apps) ?? [];
        Require(
            apps.Length > 0,
            $"{AppName} is missing: {BindName} takes calls of the apps it names, as in {AppPrefix}<uuid>");
        foreach (var app in apps.Where(app => !IsApp(app)))
        {
            Require(false, $"{AppName}: '{app}' is no app: copy app.id of manifest.yml, {AppPrefix}<uuid>");
        }

        RequireAddress("--forge-jwks-url", result.GetValue(_keys)!);
        if (result.GetValue(_isolated) is { } isolated)
        {
            Require(
                isolated.Contains(KeySource.LabelPlaceholder, StringComparison.Ordinal),
                $"--forge-isolated-jwks-template must contain {KeySource.LabelPlaceholder}");
            RequireAddress(
                "--forge-isolated-jwks-template",
                isolated.Replace(KeySource.LabelPlaceholder, "x", StringComparison.Ordinal));
        }

        Require(
            Count(result.GetValue(_max)) is not null, "--forge-discovery-max must be a whole number from 0 to 10000");
        Require(
            result.GetValue(_template) is not { } file || File.Exists(file),
            $"--forge-discovery-template: there is no file '{result.GetValue(_template)}'");

        static void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                throw new CommandException(otherwise);
            }
        }

        // Whoever can answer instead of the key server can make keys, hence tokens.
        static void RequireAddress(string name, string text) => Require(
            Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == "https" || (address.Scheme == "http" && address.IsLoopback)),
            $"{name}: '{text}' must be an absolute https address");
    }

    private static IEnumerable<string> Apps(string[]? given) => (given ?? []).Distinct(StringComparer.Ordinal);

    private static bool IsApp(string text) =>
        text.StartsWith(AppPrefix, StringComparison.Ordinal) && text.Length > AppPrefix.Length;

    private static int? Count(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 10_000
            ? count
            : null;

    private static bool Networks(string text, out IPNetwork[] value)
    {
        var networks = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(Network).ToList();
        value = [.. networks.OfType<IPNetwork>()];
        return networks.Count > 0 && value.Length == networks.Count;
    }

    private static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new(address, address.GetAddressBytes().Length * 8)
        : null;

    private static IPEndPoint? EndPoint(string text) =>
        BindAddress.TryParse(text, out var bind) ? new(bind.Address, bind.Port) : null;
}
