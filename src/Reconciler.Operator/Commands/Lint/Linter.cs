using Reconciler.Core.ModuleRules;
using Reconciler.Core.Modules;
using Reconciler.Operator.Rendering;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands.Lint;

/// <summary>Checks manifests without any remote: what could not be applied,
/// and data that is not as documented.</summary>
internal static class Linter
{
    /// <returns>In the order of files and lines.</returns>
    public static IReadOnlyList<LintFinding> Check(
        ManifestSet manifests, IEnumerable<ManifestException> problems)
    {
        var findings = problems.Select(Of).Concat(manifests.Modules.SelectMany(module => Check(module, manifests)));
        return
        [
            .. findings
                .OrderBy(finding => finding.File, StringComparer.Ordinal)
                .ThenBy(finding => finding.Line)
                .ThenBy(finding => finding.Field, StringComparer.Ordinal),
        ];
    }

    private static LintFinding Of(ManifestException problem) =>
        new(problem.Place?.File ?? "", problem.Place?.Line ?? 0, null, IsError: true, problem.What);

    private static IEnumerable<LintFinding> Check(Manifest<DynamicModuleResource> module, ManifestSet manifests)
    {
        var spec = module.Resource.Spec;
        var api = manifests.Installations
            .FirstOrDefault(known => known.Resource.Key == module.Resource.InstallationKey)?.Resource.Api;
        if (api is null)
        {
            // The server-keyed API would refuse spec.key, which may be right for the Installation we do not see.
            api = DataRules.TypesOf(RemoteApi.ConnectJira).Contains(spec.Type ?? "")
                ? RemoteApi.ConnectJira
                : RemoteApi.ForgeV1;
            if (ModuleSpecRules.Explain(spec, api.Value) is { } problem)
            {
                yield return new(module.Place.File, module.Place.Line, null, IsError: true, problem.TrimEnd('.'));
            }
        }

        foreach (var advice in DataAdvice.Of(spec, api.Value))
        {
            var place = PlaceOf(module, advice);
            yield return new(
                place.File, place.Line, advice.Field, advice.Weight == AdviceWeight.Error, advice.Message);
        }
    }

    /// <summary>The line of the field, or of the nearest thing around it that is there.</summary>
    private static ManifestPlace PlaceOf(Manifest<DynamicModuleResource> module, Advice advice)
    {
        var place = module.Place;
        ManifestNode? node = module.Source;
        foreach (var step in advice.Steps.Insert(0, "data").Insert(0, "spec"))
        {
            if (node is ManifestNode.Mapping mapping
                && mapping.Members.FirstOrDefault(member => member.Name == step) is { } member)
            {
                (place, node) = (member.Place, member.Value);
            }
            else if (node is ManifestNode.Sequence list && int.TryParse(step, out var index))
            {
                (place, node) = (list.Items[index].Place, list.Items[index]);
            }
            else
            {
                break;
            }
        }

        return place;
    }
}
