using System.Globalization;
using System.Text.Json.Nodes;
using Reconciler.EndToEnd.Tests.Scenarios;

namespace Reconciler.EndToEnd.Tests.Drills;

/// <summary>What must hold after a drill, judged by the remote's own log, the resources and the ledger.</summary>
internal static class DrillVerdict
{
    /// <summary>Waits until every edit of the user is answered for: deleted ones gone, the others Ready at their
    /// generation.</summary>
    public static async Task AwaitSettledAsync(World world, ChangingModules user)
    {
        foreach (var module in await world.Kubectl.ListAsync("dm"))
        {
            var name = module["metadata"]!["name"]!.GetValue<string>();
            if (!user.Wanted.ContainsKey(name))
            {
                await world.Kubectl.WaitAsync("delete", $"dm/{name}");
            }
        }

        foreach (var module in await world.Kubectl.ListAsync("dm"))
        {
            var generation = module["metadata"]!["generation"]!.GetValue<long>().ToString(CultureInfo.InvariantCulture);
            await world.Kubectl.WaitAsync(
                $"jsonpath={{.status.observedGeneration}}={generation}",
                $"dm/{module["metadata"]!["name"]!.GetValue<string>()}");
        }

        await world.AwaitReadyAsync([.. user.Wanted.Keys]);
    }

    /// <summary>The remote holds what the user wants, once each, what is foreign as it was, and nothing else; status
    /// and ledger say the same.</summary>
    public static async Task AssertOneEachAsync(
        World world, ChangingModules user, IReadOnlyDictionary<string, string> foreign)
    {
        var held = (await world.Remote.ModulesAsync()).ToDictionary(
            module => module["key"]!.GetValue<string>(), module => module["data"]!, StringComparer.Ordinal);
        Assert.All(foreign, pair => Assert.Equal(pair.Value, held[pair.Key].ToJsonString()));
        var ours = held.Where(pair => !foreign.ContainsKey(pair.Key)).Select(pair => world.Api.MarkOf(pair.Value));
        Assert.Equal(user.Wanted.Values.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
        foreach (var module in await world.Kubectl.ListAsync("dm"))
        {
            var key = module["status"]!["key"]!.GetValue<string>();
            Assert.Equal(world.Api.MarkOf(module["spec"]!["data"]!), world.Api.MarkOf(held[key]));
        }

        var ledger = (await world.Kubectl.GetAsync("dmledger/acme"))["spec"]!;
        Assert.Equal(user.Wanted.Count, ledger["entries"]!.AsObject().Count);
        Assert.All(ledger["entries"]!.AsObject(), e => Assert.Equal("Bound", e.Value!["phase"]!.GetValue<string>()));
        Assert.Empty(ledger["orphans"]?.AsArray() ?? []);
    }

    /// <summary>I4 and I6, from the remote's own log: nothing foreign was written, and no module ever lived twice.
    /// Where the key is ours, it cannot.</summary>
    public static async Task AssertNeverTwoAsync(World world, IReadOnlyDictionary<string, string> foreign)
    {
        var living = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var write in await world.Remote.WritesAsync())
        {
            var key = write["key"]?.GetValue<string>();
            Assert.False(key is not null && foreign.ContainsKey(key), $"a foreign module was written: {write}");
            if (key is null || !write["committed"]!.GetValue<bool>() || world.Api.HasClientKeys)
            {
                continue;
            }

            if (write["verb"]!.GetValue<string>() == "DELETE")
            {
                living.Remove(key);
                continue;
            }

            var sent = JsonNode.Parse(write["body"]!.GetValue<string>())!["data"]!;
            var name = ChangingModules.NameIn(world.Api.MarkOf(sent));
            Assert.DoesNotContain(living, other => other.Key != key && other.Value == name);
            living[key] = name;
        }
    }
}
