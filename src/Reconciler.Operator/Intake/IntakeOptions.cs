using System.Collections.Immutable;
using System.Net;

namespace Reconciler.Operator.Intake;

/// <summary>How tokens are taken from Forge (docs/forge-remote.md). The intake is off unless these are given.</summary>
internal sealed record IntakeOptions
{
    public static readonly Uri ProductionKeys =
        new("https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json");

    /// <summary>Where the endpoint listens; TLS ends in front of it.</summary>
    public required IPEndPoint Bind { get; init; }

    /// <summary>ARIs of the apps whose calls are taken; a token for another audience is refused.</summary>
    public required ImmutableArray<string> AppIds { get; init; }

    /// <summary>The published keys of Forge. Configured, never taken from a token.</summary>
    public Uri KeysAddress { get; init; } = ProductionKeys;

    /// <summary>Address of the keys of an isolated cloud, with <c>{icLabel}</c>;
    /// null: their calls are refused.</summary>
    public string? IsolatedKeysTemplate { get; init; }

    /// <summary>Namespace of the Secrets that hold the tokens; null: the operator's own.</summary>
    public string? TokenNamespace { get; init; }

    /// <summary>Further namespaces whose Installations may use delivered tokens; <c>*</c> for all.</summary>
    public ImmutableArray<string> UsableFrom { get; init; } = [];

    /// <summary>File with the Installation to create for a tenant that calls first; null: none is created.</summary>
    public string? DiscoveryTemplate { get; init; }

    /// <summary>Most Installations that discovery creates.</summary>
    public int DiscoveryMax { get; init; } = 100;

    /// <summary>Longest a call may take, body included; Forge itself gives up after a few seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Proxies whose <c>X-Forwarded-For</c> is believed; empty: nobody's, a caller is who connects.</summary>
    public ImmutableArray<IPNetwork> TrustedProxies { get; init; } = [];

    public RateOptions Rates { get; init; } = new();
}

/// <summary>Calls per second: what one remote address and all together may send before anything is verified.</summary>
internal sealed record RateOptions
{
    public int PerAddress { get; init; } = 50;

    public int Overall { get; init; } = 200;

    /// <summary>Open connections of all callers.</summary>
    public int Connections { get; init; } = 128;
}
