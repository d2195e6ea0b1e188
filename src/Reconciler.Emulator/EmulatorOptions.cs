using Reconciler.Emulator.Faults;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.State;

namespace Reconciler.Emulator;

/// <summary>
/// How an emulator starts. Everything but <see cref="Settings"/> and <see cref="Faults"/> is fixed then.
/// </summary>
public sealed record EmulatorOptions
{
    /// <summary>The token that works without any set-up, on <see cref="DefaultInstallation"/>.</summary>
    public const string DefaultToken = "emulator-token";

    /// <summary>The installation that <see cref="DefaultToken"/> opens.</summary>
    public const string DefaultInstallation =
        "ari:cloud:ecosystem::installation/00000000-0000-4000-8000-000000000001";

    /// <summary>The app key of the default Connect tenants: the issuer of their tokens.</summary>
    public const string DefaultConnectApp = "com.example.reconciler";

    /// <summary>The shared secret of the default Connect tenants.</summary>
    public const string DefaultConnectSecret = "emulator-shared-secret";

    /// <summary>Where to listen; port 0 takes a free one.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:0"];

    /// <summary>
    /// Draws keys and probabilities. Null takes a fresh one, so that a restarted emulator does not make the keys of
    /// its former life again.
    /// </summary>
    public int? Seed { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public EmulatorSettings Settings { get; init; } = new();

    public IReadOnlyList<FaultRule> Faults { get; init; } = [];

    /// <summary>Token to installation; each installation has its own modules.</summary>
    public IReadOnlyDictionary<string, string> Tokens { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { [DefaultToken] = DefaultInstallation };

    /// <summary>Connect tenants that exist from the start: one per product.</summary>
    public IReadOnlyList<ConnectTenant> ConnectTenants { get; init; } =
    [
        new("emulator-jira", DefaultConnectApp, DefaultConnectSecret, ConnectProduct.Jira),
        new("emulator-confluence", DefaultConnectApp, DefaultConnectSecret, ConnectProduct.Confluence),
    ];

    /// <summary>The id of the app: the audience of invocation tokens.</summary>
    public string AppId { get; init; } = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa";
}
