using System.Globalization;
using Reconciler.EndToEnd.Tests.Scenarios;

namespace Reconciler.EndToEnd.Tests.Drills;

/// <summary>
/// A user who creates, updates and deletes the modules of one Installation at random, and knows at the end what there
/// must be. A name is used again only when its resource is gone.
/// </summary>
internal sealed class ChangingModules(World world, Random random, int names)
{
    private const int ChangesAtOnce = 6;

    private readonly Dictionary<string, int> _revisions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);

    /// <summary>The mark of each module that must exist.</summary>
    public IReadOnlyDictionary<string, string> Wanted =>
        _wanted.ToDictionary(name => name, MarkOf, StringComparer.Ordinal);

    public int Creates { get; private set; }

    public int Updates { get; private set; }

    public int Deletes { get; private set; }

    /// <summary>The name at the beginning of a mark that this user wrote.</summary>
    public static string NameIn(string mark) => mark.Split('.')[0];

    /// <summary>Every module once.</summary>
    public Task CreateAllAsync() =>
        ApplyAsync([.. Enumerable.Range(1, names).Select(n => $"module-{n:d2}")]);

    /// <summary>A few changes, of all three kinds. A delete is rare, since each one costs a create later: too many of
    /// them, and most resources are on their way out and are never registered.</summary>
    public async Task ChangeAsync()
    {
        var present = (await world.Kubectl.ListAsync("dm"))
            .Select(module => module["metadata"]!["name"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        var applied = new List<string>();
        var deleted = new List<string>();
        foreach (var name in _revisions.Keys.OrderBy(_ => random.Next()).Take(ChangesAtOnce).ToList())
        {
            if (!_wanted.Contains(name))
            {
                applied.AddRange(present.Contains(name) ? [] : [name]);
            }
            else if (random.Next(6) == 0)
            {
                deleted.Add(name);
            }
            else
            {
                applied.Add(name);
            }
        }

        await ApplyAsync(applied);
        if (deleted.Count > 0)
        {
            _wanted.ExceptWith(deleted);
            Deletes += deleted.Count;
            await world.Kubectl.RunAsync(["delete", "--wait=false", .. deleted.Select(name => $"dm/{name}")]);
        }
    }

    private async Task ApplyAsync(IReadOnlyList<string> changed)
    {
        foreach (var name in changed)
        {
            _revisions[name] = _revisions.GetValueOrDefault(name) + 1;
            Updates += _wanted.Contains(name) ? 1 : 0;
            Creates += _wanted.Add(name) ? 1 : 0;
        }

        if (changed.Count > 0)
        {
            await world.Kubectl.ApplyAsync(
                Manifests.Join(changed.Select(name => Manifests.Module(world.Api, name, MarkOf(name)))));
        }
    }

    private string MarkOf(string name) => $"{name}.{_revisions[name].ToString(CultureInfo.InvariantCulture)}";
}
