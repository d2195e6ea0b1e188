using System.Diagnostics;
using System.Globalization;
using Reconciler.Core.Modules;
using Reconciler.Simulation.World;

namespace Reconciler.Simulation;

/// <summary>
/// Many seeds in a row, as fast as the machine allows: a thread per core, each with one seed at a time. A seed never
/// leaves its thread, so it replays alone as it ran here.
/// </summary>
/// <param name="only">Null: every API in its turn.</param>
/// <param name="stops">Operators are asked to stop as well.</param>
internal sealed class FreshRun(int count, ulong first, RemoteApi? only = null, bool stops = false)
{
    private static readonly RemoteApi[] Turns =
    [
        RemoteApi.ForgeV2, RemoteApi.ForgeV1, RemoteApi.ForgeV2, RemoteApi.ConnectJira,
        RemoteApi.ForgeV2, RemoteApi.ForgeContainer, RemoteApi.ForgeV2, RemoteApi.ConnectConfluence,
    ];

    private const int Between = 250;

    private readonly Lock _gate = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private int _next;
    private int _done;
    private int _failed;
    private ulong _digest;
    private TimeSpan _spent;

    /// <summary>The API of a fresh seed, by its number in the batch: Forge v2 has every other one.</summary>
    public static RemoteApi ApiOf(int number) => Turns[number % Turns.Length];

    /// <summary>A first seed that nobody has seen: from the clock.</summary>
    public static ulong Start() => (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;

    /// <returns>0 when every seed held.</returns>
    public int Run()
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} seeds from {first} over {only?.ToString() ?? "all APIs"} "
            + $"{(stops ? "with stops " : "")}on {Environment.ProcessorCount} threads, {DateTimeOffset.UtcNow:u}"));
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Work)).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        Sum();
        return _failed == 0 ? 0 : 1;
    }

    private void Work()
    {
        while (Interlocked.Increment(ref _next) is var number && number <= count)
        {
            Note(SimRun.Run(first + (ulong)(number - 1), only ?? ApiOf(number - 1), stops: stops));
        }
    }

    private void Note(SimResult result)
    {
        lock (_gate)
        {
            _spent += result.Virtual;
            _digest ^= result.Digest;
            if (!result.Held)
            {
                _failed++;
                Console.Out.Write(result.Describe());
            }

            if (++_done % Between == 0 && _done < count)
            {
                Sum();
            }
        }
    }

    private void Sum()
    {
        var seconds = Stopwatch.GetElapsedTime(_began).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_done} seeds from {first}: {_failed} failed; {_done / seconds:F1} seeds/s, "
            + $"{_spent.TotalDays:F1} virtual days in {seconds:F0} s, digest {_digest:x16}, "
            + $"GC {GC.GetTotalPauseDuration().TotalSeconds:F0} s"));
    }
}
