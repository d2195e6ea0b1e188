using System.Collections.Immutable;
using System.Globalization;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Status;
using Reconciler.Operator.Rendering;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Console;

/// <summary>The page of one installation and of one module. Pure.</summary>
internal static class PageBuilder
{
    private const int DataLinesMax = 400;

    public static InstallationPage Installation(InstallationScene scene, string? ledgerProblem)
    {
        var last = scene.Passes.Last;
        var earlier = scene.Passes.LastWithWork;
        return new InstallationPage
        {
            Line = OverviewBuilder.Line(scene),
            Settings = scene.Installation is { } installation ? Settings(installation) : [],
            Modules =
            [
                .. scene.Modules
                    .OrderBy(module => module.Owner.ToString(), StringComparer.Ordinal)
                    .Select(module => Line(scene, module)),
            ],
            Pass = PassCards.Of(last),
            EarlierPass = ReferenceEquals(last, earlier) ? null : PassCards.Of(earlier),
            Ledger = scene.Ledger is { } ledger ? Card(ledger) : null,
            LedgerProblem = ledgerProblem,
            Why = Why(scene, null),
        };
    }

    public static ModulePage Module(InstallationScene scene, DynamicModuleResource module)
    {
        var (diff, about) = PassCards.DiffOf(scene.Passes.Last, module.Metadata.Uid);
        if (diff.IsEmpty)
        {
            (diff, about) = PassCards.DiffOf(scene.Passes.LastWithWork, module.Metadata.Uid);
        }

        var api = scene.Installation?.Api ?? RemoteApi.ForgeV2;
        var desired = module.ToDesired(api);
        return new ModulePage
        {
            Line = Line(scene, module),
            InstallationNamespace = scene.Key.Namespace,
            InstallationName = scene.Key.Name,
            Settings = Settings(module),
            Data = desired.Invalid is null ? JsonDiff.Of(desired.Content, desired.Content, DataLinesMax) : [],
            Diff = diff,
            DiffNote = about,
            Advice = desired.Invalid ?? DataAdvice.Summarize(DataAdvice.Of(module.Spec, api)),
            Why = Why(scene, module),
        };
    }

    private static ModuleLine Line(InstallationScene scene, DynamicModuleResource module)
    {
        var ready = module.Status.Conditions.Ready;
        return new ModuleLine
        {
            Namespace = module.Metadata.Namespace,
            Name = module.Metadata.Name,
            Type = module.Spec.Type,
            Key = module.Status.Key,
            State = States.Of(module, scene.Installation),
            Reason = ready?.Reason,
            Message = ready?.Message,
            Since = ready?.LastTransitionTime,
            Drifted = OverviewBuilder.IsDrifted(scene, module),
        };
    }

    private static WhyCard Why(InstallationScene scene, DynamicModuleResource? module)
    {
        var record = new WhyRecord(scene.Key, scene.Ledger, $"ModuleLedger {scene.Key}", module?.Owner)
        {
            Installation = scene.Installation,
            Module = module,
            InCluster = true,
        };
        var answer = Explainer.Explain(record);
        var row = ReasonCatalogue.Entries.FirstOrDefault(entry => entry.Reason == answer.Ready?.Reason);
        return new WhyCard
        {
            State = module is null ? States.Of(scene.Installation) : States.Of(module, scene.Installation),
            Reason = answer.Ready?.Reason,
            Message = answer.Ready?.Message,
            Meaning = row?.Meaning,
            Actor = row?.Actor.ToString(),
            Fix = row?.Fix,
            Standing = [.. answer.Standing.Select(pair => new NamedValue(pair.Name, pair.Value))],
            Decisions = [.. answer.Decisions.Select(Row)],
            LastRefusal = answer.LastFault?.Message,
            NextWake = answer.NextWake,
            Source = answer.Source,
        };
    }

    private static DecisionRow Row(Decision decision) => new(
        decision.Line.At, decision.Owner, decision.Line.Rule, decision.Rule?.When, decision.Rule?.Then,
        decision.Line.Message, [.. decision.Line.Inputs.Select(input => new NamedValue(input.Key, input.Value))]);

    private static LedgerCard Card(Ledger ledger) => new()
    {
        Sequence = ledger.Sequence,
        Epoch = ledger.Epoch,
        Writer = ledger.Writer,
        ClusterId = ledger.ClusterId,
        Intents =
        [
            .. ledger.OpenAttempts().Select(open => new IntentRow(
                open.OwnerName, open.Attempt.Id, open.Attempt.Number, open.Attempt.OpenedAt, open.Baseline.Count,
                open.Key)),
        ],
        Entries =
        [
            .. ledger.Entries.Values
                .OrderBy(entry => entry.Owner.ToString(), StringComparer.Ordinal)
                .Select(entry => new EntryRow(
                    entry.Owner.Namespace, entry.Owner.Name, entry.Phase.ToString(), entry.Key, entry.Applied.Value,
                    entry.BoundAt, entry.Replacing)),
        ],
        Orphans = [.. ledger.Orphans.Select(orphan => new OrphanRow(orphan.Key, orphan.Reason, orphan.Since))],
        Tombstones = ledger.ClosedAttempts.Length,
    };

    private static ImmutableArray<NamedValue> Settings(InstallationResource resource)
    {
        var installation = resource.ToInstallation();
        return
        [
            new("mode", installation.Mode.ToString()),
            new("ownership", installation.Ownership.ToString()),
            new("adoption", installation.Adoption.ToString()),
            new("drift", installation.Drift.ToString()),
            new("applyPolicy", installation.ApplyPolicy.ToString()),
            new("maxDeletes", $"{installation.MaxDeletes.Count} or {installation.MaxDeletes.Percent} %"),
            new("interval", string.Create(CultureInfo.InvariantCulture, $"{resource.Interval.TotalMinutes:0.##} min")),
            new("requestsPerSecond", installation.RequestsPerSecond.ToString(CultureInfo.InvariantCulture)),
            new("credentials", resource.ForgeId is null ? "Secret" : "delivered by Forge"),
        ];
    }

    private static ImmutableArray<NamedValue> Settings(DynamicModuleResource module)
    {
        var settings = ImmutableArray.CreateBuilder<NamedValue>();
        settings.Add(new("deletionPolicy", module.DeletionPolicy.ToString()));
        Add("onMissing", module.Spec.OnMissing?.ToString());
        Add("key", module.Spec.Key);
        Add("importKey", module.Spec.ImportKey);
        Add("allowDuplicate", module.Spec.AllowDuplicate == true ? "true" : null);
        Add("suspend", module.Spec.Suspend == true ? "true" : null);
        return settings.ToImmutable();

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                settings.Add(new(name, value));
            }
        }
    }
}
