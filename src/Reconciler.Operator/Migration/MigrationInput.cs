using System.Collections.Immutable;
using Reconciler.Core.Modules;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Migration;

/// <summary>The manifests of both sides, checked against each other.</summary>
internal sealed record MigrationInput(
    ManifestSet Manifests, Manifest<InstallationResource> From, Manifest<InstallationResource> To)
{
    /// <summary>What this command writes beside the manifests, and never reads.</summary>
    public const string Suffix = ".migrated.yaml";

    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>The modules of the old installation; none any more once their manifests are rewritten in
    /// place.</summary>
    public ImmutableArray<DesiredModule> Desired => Manifests.DesiredFor(From.Resource);

    public ImmutableArray<Manifest<DynamicModuleResource>> Modules =>
        [.. Manifests.Modules.Where(module => module.Resource.InstallationKey == From.Resource.Key)];

    /// <exception cref="ManifestException">The first thing that cannot be used.</exception>
    public static MigrationInput Load(IEnumerable<string> from, IEnumerable<string> to)
    {
        var newFiles = Expand(to, "--to");
        var oldFiles = Expand(from, "--from")
            .ExceptBy(newFiles.Select(Path.GetFullPath), Path.GetFullPath, StringComparer.Ordinal)
            .ToArray();
        var manifests = ManifestLoader.Load([.. oldFiles, .. newFiles], Stream.Null);
        var input = new MigrationInput(
            manifests, Single(manifests, oldFiles, "--from"), Single(manifests, newFiles, "--to"));
        Check(input.From, input.To);
        return input;
    }

    /// <summary>The operator must not register again what this command deletes, nor prune what it creates.</summary>
    /// <exception cref="ManifestException">An Installation is not suspended.</exception>
    public void RequireSuspended()
    {
        if (!IsQuiet(From.Resource))
        {
            throw new ManifestException(
                From.Place,
                $"Installation {From.Resource.Key} is not suspended: set spec.suspend: true here and in the cluster, "
                + "so that nobody registers again what is moved");
        }

        if (To.Resource.Spec.Ownership == OwnershipMode.Exclusive && !IsQuiet(To.Resource))
        {
            throw new ManifestException(
                To.Place,
                $"Installation {To.Resource.Key} is Exclusive and not suspended, so an operator may prune what is "
                + "moved: set spec.suspend: true here and in the cluster");
        }
    }

    public static bool IsQuiet(InstallationResource installation) =>
        installation.IsSuspended || installation.Spec.Mode == ManagementMode.Observe;

    private static void Check(Manifest<InstallationResource> from, Manifest<InstallationResource> to)
    {
        if (from.Resource.Key == to.Resource.Key)
        {
            throw new ManifestException(
                to.Place, $"both sides are Installation {to.Resource.Key}: give the new one another name");
        }

        if (to.Resource.Api != RemoteApi.ForgeV2)
        {
            throw new ManifestException(to.Place, $"modules move to ForgeV2, not to {to.Resource.Api}: set spec.api");
        }

        if (!from.Resource.Api.HasClientKeys())
        {
            throw new ManifestException(from.Place, "the modules are on ForgeV2 already: there is nothing to migrate");
        }
    }

    private static Manifest<InstallationResource> Single(ManifestSet manifests, string[] files, string option)
    {
        var found = manifests.Installations.Where(each => files.Contains(each.Place.File)).ToArray();
        return found switch
        {
            [var one] => one,
            [] => throw new ManifestException($"{option} holds no Installation: add its manifest"),
            _ => throw new ManifestException(
                $"{option} holds {found.Length} Installations ({found[0].Place}, {found[1].Place}): "
                + "migrate one at a time"),
        };
    }

    private static string[] Expand(IEnumerable<string> paths, string option) =>
    [
        .. paths.SelectMany(path => path == "-"
            ? throw new ManifestException($"{option} takes files and directories, not standard input")
            : Directory.Exists(path) ? FilesOf(path) : [path]),
    ];

    private static IEnumerable<string> FilesOf(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)
                && !file.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);
}
