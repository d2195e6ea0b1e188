namespace Reconciler.Core.Tests.Model;

/// <summary>What an exploration saw.</summary>
/// <param name="Violation">The first broken invariant with the path to it; null when none was found.</param>
internal sealed record Exploration(int States, int Settled, string? Violation);

/// <summary>
/// Depth-first search over every choice at every state. States are not copied: a branch is replayed from the start,
/// which keeps the production code as it is. A state seen before, by hash, is not entered again.
/// </summary>
internal sealed class ModelExplorer(ModelSetup setup)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Stack<string[]> _open = new();
    private int _settled;

    public Exploration Run(int statesMax)
    {
        // Continuations run inline, one thread, no context: a path is a function of its choices.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            _open.Push([]);
            while (_open.TryPop(out var path))
            {
                if (Follow(path) is { } violation)
                {
                    return new Exploration(_seen.Count, _settled, violation);
                }

                if (_seen.Count > statesMax)
                {
                    throw new InvalidOperationException($"more than {statesMax} states: the model grew");
                }
            }

            return new Exploration(_seen.Count, _settled, null);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Replays a path and goes on from there until a known state or the end.</summary>
    private string? Follow(string[] path)
    {
        var trace = path.ToList();
        try
        {
            var world = new ModelWorld(setup);
            foreach (var choice in path)
            {
                Take(world, choice);
            }

            while (_seen.Add(world.Fingerprint()))
            {
                var choices = world.Choices();
                if (choices.Count == 0)
                {
                    _settled++;
                    trace.Add("settle");
                    world.SettleAndJudge();
                    return null;
                }

                foreach (var other in choices.Skip(1))
                {
                    _open.Push([.. trace, other]);
                }

                trace.Add(choices[0]);
                Take(world, choices[0]);
            }

            return null;
        }
        catch (ModelViolation violation)
        {
            return $"{violation.Message}\n  {string.Join("\n  ", trace)}";
        }
    }

    private static void Take(ModelWorld world, string choice)
    {
        world.Take(choice);
        world.CheckDuplicates();
    }
}
