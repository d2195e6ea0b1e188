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

    public static string? Wish(this ObjectMeta meta, string annotation) =>
        meta.Annotations.TryGetValue(annotation, out var value) && value.Length > 0 ? value : null;

    /// <summary>The token of the newest request for a pass. Both annotations hold times that sort as text; where both
    /// are set the later one is the newer wish.</summary>
    public static string? ForceToken(this ObjectMeta meta)
    {
        var own = meta.Wish(RequestedAt);
        var flux = meta.Wish(FluxRequestedAt);
        var token = string.CompareOrdinal(own, flux) >= 0 ? own : flux;
        return token?.Length > ForceTokenMax ? token[..ForceTokenMax] : token;
    }
}
