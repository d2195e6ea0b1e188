using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Status;
using Reconciler.Core.Verdicts;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Console;

/// <summary>One line of the list. Pure.</summary>
internal static class OverviewBuilder
{
    public static InstallationLine Line(InstallationScene scene)
    {
        var status = scene.Installation?.Status ?? InstallationStatus.Empty;
        var ready = status.Conditions.Ready;
        return new InstallationLine
        {
            Namespace = scene.Key.Namespace,
            Name = scene.Key.Name,
            State = States.Of(scene.Installation),
            Reason = scene.Installation is null ? Reasons.InstallationNotFound : ready?.Reason,
            Message = scene.Installation is null ? "No Installation of this name exists." : ready?.Message,
            Since = ready?.LastTransitionTime,
            Api = scene.Installation?.Api.ToString(),
            Address = Address(scene.Installation?.BaseUrl),
            Quota = status.Quota is { } quota ? new(quota.Used, quota.Limit) : null,
            Modules = scene.Modules.GroupBy(module => States.Of(module, scene.Installation), StringComparer.Ordinal)
                .ToImmutableSortedDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal),
            Drifted = scene.Modules.Count(module => IsDrifted(scene, module)),
            OpenIntents = OpenIntents(scene),
            Orphans = status.Modules?.Orphans ?? 0,
            Unmanaged = status.Modules?.Unmanaged ?? 0,
            LastSync = Later(status.LastSyncTime, SeenAt(scene)),
            CredentialsExpireAt = status.CredentialsExpireAt,
            Left = status.Plan is { } plan && plan.Creates + plan.Updates + plan.Deletes > 0
                ? new(plan.Hash, plan.Creates, plan.Updates, plan.Deletes)
                : null,
            Revision = Revision(scene),
        };
    }

    public static bool IsDrifted(InstallationScene scene, DynamicModuleResource module) =>
        scene.DriftedUids.Contains(module.Metadata.Uid)
        || module.Status.Conditions.Ready?.Reason == Reasons.DriftDetected;

    /// <summary>A user in an address would be a secret; the rest of it tells nothing that a reader needs.</summary>
    private static string? Address(Uri? address) => address?.GetComponents(
        UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    private static int OpenIntents(InstallationScene scene) => scene.Ledger is { } ledger
        ? ledger.OpenAttempts().Length
        : scene.Modules.Count(module =>
            module.Status.Conditions.Ready?.Reason is Reasons.ResolvingCreate or Reasons.AmbiguousCreate);

    private static DateTimeOffset? SeenAt(InstallationScene scene) =>
        scene.Passes.Last is { Result.Counts: not null } seen ? WholeSecond(seen.At) : null;

    private static DateTimeOffset WholeSecond(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other > one ? other : one;

    private static int Revision(InstallationScene scene)
    {
        var hash = new HashCode();
        hash.Add(scene.Installation?.Metadata.ResourceVersion, StringComparer.Ordinal);
        hash.Add(scene.LedgerVersion, StringComparer.Ordinal);
        hash.Add(scene.Passes.Last?.Number);
        foreach (var module in scene.Modules)
        {
            hash.Add(module.Metadata.Uid, StringComparer.Ordinal);
            hash.Add(module.Metadata.ResourceVersion, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }
}
