using System.Diagnostics.CodeAnalysis;

namespace Reconciler.Operator.Intake;

/// <summary>
/// The ARI of one installation of a Forge app, in lower case: stable over upgrades, new after a reinstallation
/// (reference.md §6.3). Only a UUID is taken, so that two tenants can never share the name of a Secret.
/// </summary>
internal readonly record struct ForgeInstallationId
{
    private const string Prefix = "ari:cloud:ecosystem::installation/";

    private ForgeInstallationId(Guid uuid) => Uuid = uuid.ToString("D");

    /// <summary>The last part: 36 characters, lower case.</summary>
    public string Uuid { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out ForgeInstallationId id)
    {
        id = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            || !Guid.TryParseExact(text.AsSpan(Prefix.Length), "D", out var uuid))
        {
            return false;
        }

        id = new(uuid);
        return true;
    }

    public override string ToString() => Prefix + Uuid;
}
