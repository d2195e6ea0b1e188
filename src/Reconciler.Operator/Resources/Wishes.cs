using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Resources;

/// <summary>What a person asks for by annotation (product.md §3).</summary>
internal static class Wishes
{
    public const string RequestedAt = "reconciler.io/requestedAt";
    public const string FluxRequestedAt = "reconcile.fluxcd.io/requestedAt";
    public const string ApprovePlan = "reconciler.io/approve-plan";
    public const string ConfirmTakeover = "reconciler.io/confirm-takeover";
    public const string Abandon = "reconciler.io/abandon";

    /// <summary>The bound key once more: evidence after the loss of a ledger, never authority.</summary>
    public const string MirroredKey = "reconciler.io/key";

    // The schema's bound of status.lastHandledReconcileAt, which repeats the token.
    private const int ForceTokenMax = 256;
    private const int BothMax = (ForceTokenMax - 1) / 2;

    public static string? Wish(this ObjectMeta meta, string annotation) =>
        meta.Annotations.TryGetValue(annotation, out var value) && value.Length > 0 ? value : null;

    /// <summary>What asks for a pass, as the status repeats it. Where both annotations are set it is both, a space
    /// between, for which of them is the newer one cannot be told: not everybody writes a time.</summary>
    public static string? ForceToken(this ObjectMeta meta)
    {
        var tokens = ForceTokens(meta);
        return tokens.Length == 0 ? null : string.Join(' ', tokens);
    }

    /// <summary>Whether either annotation holds something that was not <paramref name="handled"/> yet. One that is
    /// taken away asks for nothing.</summary>
    public static bool AsksForPass(this ObjectMeta meta, string? handled) =>
        ForceTokens(meta).Any(token => !Repeats(handled, token));

    private static string[] ForceTokens(ObjectMeta meta) => (meta.Wish(RequestedAt), meta.Wish(FluxRequestedAt)) switch
    {
        ({ } own, { } flux) when own != flux => [Cut(own, BothMax), Cut(flux, BothMax)],
        var (own, flux) => (own ?? flux) is { } token ? [Cut(token, ForceTokenMax)] : [],
    };

    private static bool Repeats(string? handled, string token) =>
        handled == token
        || (handled is not null
            && (handled.StartsWith($"{token} ", StringComparison.Ordinal)
                || handled.EndsWith($" {token}", StringComparison.Ordinal)));

    private static string Cut(string text, int max) => text.Length > max ? text[..max] : text;
}
