using System.Text.Json;

namespace Reconciler.Emulator.Settings;

/// <summary>
/// Every knob that may change while the emulator runs (reference §13). Defaults are the reference's emulator
/// defaults. Times are milliseconds. docs/emulator.md lists them.
/// </summary>
public sealed record EmulatorSettings
{
    /// <summary>The APIs that are served: v2, v1, container, connectJira, connectConfluence, jwks.</summary>
    public IReadOnlyList<string> ApiVersions { get; init; } =
        ["v2", "v1", "container", "connectJira", "connectConfluence", "jwks"];

    public ListShape ListShape { get; init; }

    public ListOrder ListOrder { get; init; }

    /// <summary>Page size when the request names no <c>limit</c>.</summary>
    public int DefaultPageSize { get; init; } = 100;

    /// <summary>No page is longer, whatever <c>limit</c> asks for.</summary>
    public int MaxPageSize { get; init; } = 100;

    /// <summary>A <c>limit</c> above this is refused with 422.</summary>
    public int MaxLimit { get; init; } = 100;

    public int MaxModules { get; init; } = 100;

    /// <summary>Forge types that may be dynamic (reference §5.1). An empty list allows every type.</summary>
    public IReadOnlyList<string> AllowedTypes { get; init; } = ForgeModuleTypes.Dynamic;

    /// <summary>Checks <c>data</c> against the shapes of reference §5.3–§5.6.</summary>
    public bool StrictData { get; init; }

    public ManifestSettings Manifest { get; init; } = new();

    /// <summary>A module hidden by a static key answers 404 to GET by key as well.</summary>
    public bool StaticClashHidesItem { get; init; }

    /// <summary>Lists show the world as it was this long ago.</summary>
    public int ConsistencyLagMs { get; init; }

    /// <summary>GET by key lags as lists do.</summary>
    public bool ItemLags { get; init; }

    /// <summary>Every API request waits this long before it takes effect.</summary>
    public int LatencyMs { get; init; }

    public RateLimitSettings? RateLimit { get; init; }

    /// <summary>A key in a v2 POST body (X3).</summary>
    public Leniency PostKey { get; init; }

    /// <summary>A PUT that changes <c>type</c> (reference §2.2).</summary>
    public Leniency PutTypeChange { get; init; }

    public CreatedBody CreatedBody { get; init; }

    /// <summary>Answers carry <c>data.key</c>, as every printed example does.</summary>
    public bool InjectDataKey { get; init; } = true;

    /// <summary>By type: properties the server adds to <c>data</c> where the client sent none.</summary>
    public IReadOnlyDictionary<string, JsonElement> InjectDefaults { get; init; } =
        new Dictionary<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>401 for this long after an installation was made (reference §2.8).</summary>
    public int UnauthorizedAfterInstallMs { get; init; }

    public int MaxRequestBytes { get; init; } = 1024 * 1024;

    /// <summary>v1 and v2 see the same modules (reference §3; default: separate).</summary>
    public bool ShareStores { get; init; }

    /// <summary>Confluence refuses a DELETE without <c>moduleKey</c> (X12).</summary>
    public bool ConfluenceRequireModuleKey { get; init; }

    /// <summary>Connect takes <c>{"modules": […]}</c> instead of refusing it (X10).</summary>
    public Leniency ConnectModulesArray { get; init; } = Leniency.Reject;

    /// <summary>Connect module types that may be dynamic. An empty list allows every type (reference §7.5).</summary>
    public IReadOnlyList<string> ConnectAllowedTypes { get; init; } = [];

    /// <summary>Life of a minted app system token (X8).</summary>
    public int TokenTtlMs { get; init; } = 4 * 60 * 60 * 1000;

    /// <summary>Life of a Forge Invocation Token (reference §6.3).</summary>
    public int FitTtlMs { get; init; } = 25_000;

    /// <summary>Clock skew that Connect JWT checks forgive (reference §8.4).</summary>
    public int JwtSkewMs { get; init; } = 30_000;
}
