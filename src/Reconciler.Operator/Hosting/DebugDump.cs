using System.Text.Json;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Queues;
using Reconciler.Operator.Control;

namespace Reconciler.Operator.Hosting;

/// <summary>
/// What <c>/debug</c> shows a person who asks why nothing moves: the queue, the caches' sizes and keys, the rate limits
/// and the ledgers, as JSON. Names, keys and counts only: no spec, no module data, no message, and of Secrets only
/// names, so that the page can be attached to a report. Each answer reads the ledgers afresh, a hundred at most.
/// </summary>
internal sealed class DebugDump(
    WorkQueue<InstallationKey> queue, ClusterView cluster, ControlMetrics metrics, RemotePool remotes,
    ILedgerStore ledgers, Func<bool> works, TimeProvider time)
{
    private const int KeysMax = 1000;
    private const int LedgersMax = 100;

    public async Task<byte[]> WriteAsync(CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("time", time.GetUtcNow());
        json.WriteBoolean("works", works());
        WriteQueue(json);
        WriteCaches(json);
        WritePaces(json);
        json.WriteNumber("credentials", remotes.Credentials);
        await WriteLedgersAsync(json, cancellationToken);
        json.WriteEndObject();
        json.Flush();
        return buffer.ToArray();
    }

    private void WriteQueue(Utf8JsonWriter json)
    {
        var stats = queue.ReadStats();
        json.WriteStartObject("queue");
        json.WriteNumber("ready", stats.Depth);
        json.WriteNumber("delayed", stats.Delayed);
        json.WriteNumber("running", stats.InFlight);
        json.WriteNumber("completed", stats.Completed);
        json.WriteStartArray("keys");
        foreach (var key in queue.ReadKeys()
            .OrderBy(key => key.Phase == "running" ? 0 : key.Phase == "ready" ? 1 : 2)
            .ThenBy(key => key.DueIn).Take(KeysMax))
        {
            json.WriteStartObject();
            json.WriteString("installation", key.Key.ToString());
            json.WriteString("phase", key.Phase);
            json.WriteNumber("sinceSeconds", Rounded(key.Since));
            if (key.DueIn is { } due)
            {
                json.WriteNumber("dueInSeconds", Rounded(due));
            }

            json.WriteNumber("retries", key.Retries);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteCaches(Utf8JsonWriter json)
    {
        json.WriteStartArray("caches");
        WriteCache(json, cluster.Installations);
        WriteCache(json, cluster.Modules);
        WriteCache(json, cluster.Ledgers);
        WriteCache(json, cluster.Secrets);
        json.WriteEndArray();
    }

    private static void WriteCache<T>(Utf8JsonWriter json, InformerSet<T> set)
        where T : class, IKubernetesResource
    {
        foreach (var (target, stats) in set.ReadStats())
        {
            json.WriteStartObject();
            json.WriteString("watch", target.ToString());
            json.WriteBoolean("synced", stats.IsSynced);
            json.WriteNumber("objects", stats.Objects);
            json.WriteNumber("events", stats.Events);
            json.WriteNumber("broken", stats.Broken);
            json.WriteNumber("progressAgeSeconds", Rounded(stats.ProgressAge));
            json.WriteNumber("overdueSeconds", Rounded(stats.Overdue));
            json.WriteStartArray("keys");
            foreach (var item in set.List()
                .Where(item => target.Namespace is null || target.Namespace == item.Metadata.Namespace)
                .OrderBy(item => item.Metadata.Key.ToString(), StringComparer.Ordinal).Take(KeysMax))
            {
                json.WriteStringValue($"{item.Metadata.Key}@{item.Metadata.ResourceVersion}");
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private void WritePaces(Utf8JsonWriter json)
    {
        json.WriteStartArray("rateLimits");
        foreach (var (installation, pace) in metrics.Paces().Take(KeysMax))
        {
            json.WriteStartObject();
            json.WriteString("installation", installation.ToString());
            json.WriteNumber("tokens", Math.Round(pace.Tokens, 1));
            json.WriteNumber("closedForSeconds", Rounded(pace.ClosedFor));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private async Task WriteLedgersAsync(Utf8JsonWriter json, CancellationToken cancellationToken)
    {
        json.WriteStartArray("ledgers");
        foreach (var key in cluster.Ledgers.List().Select(ledger => ledger.Metadata.Key)
            .OrderBy(key => key.ToString(), StringComparer.Ordinal).Take(LedgersMax).ToList())
        {
            var read = await ledgers.ReadAsync(new InstallationKey(key.Namespace, key.Name), cancellationToken);
            json.WriteStartObject();
            json.WriteString("installation", key.ToString());
            if (read is LedgerReadOutcome.Found(var ledger, var version))
            {
                WriteLedger(json, ledger, version);
            }
            else
            {
                json.WriteString("problem", read is LedgerReadOutcome.Absent ? "absent" : "unreadable");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLedger(Utf8JsonWriter json, Ledger ledger, string version)
    {
        json.WriteString("version", version);
        json.WriteNumber("epoch", ledger.Epoch);
        json.WriteNumber("sequence", ledger.Sequence);
        json.WriteString("writer", ledger.Writer);
        json.WriteNumber("baseline", ledger.GenesisBaseline.Count);
        json.WriteNumber("closedAttempts", ledger.ClosedAttempts.Length);
        json.WriteStartArray("entries");
        foreach (var entry in ledger.Entries.Values)
        {
            json.WriteStartObject();
            json.WriteString("module", entry.Owner.ToString());
            json.WriteString("phase", entry.Phase.ToString());
            json.WriteString("key", entry.Key);
            json.WriteString("attempt", entry.Attempt?.Id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("orphans");
        foreach (var orphan in ledger.Orphans)
        {
            json.WriteStartObject();
            json.WriteString("key", orphan.Key);
            json.WriteString("since", orphan.Since);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static double Rounded(TimeSpan span) => Math.Round(span.TotalSeconds, 1);
}
