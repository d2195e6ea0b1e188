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

    /// <summary>What asks for a pass: anything new in either annotation. Where both are set they are one token, for
    /// which of them is the newer one cannot be told: not everybody writes a time.</summary>
    public static string? ForceToken(this ObjectMeta meta) =>
        (meta.Wish(RequestedAt), meta.Wish(FluxRequestedAt)) switch
        {
            ({ } own, { } flux) when own != flux => $"{Cut(own, BothMax)} {Cut(flux, BothMax)}",
            var (own, flux) => (own ?? flux) is { } token ? Cut(token, ForceTokenMax) : null,
        };

    private static string Cut(string text, int max) => text.Length > max ? text[..max] : text;
}
