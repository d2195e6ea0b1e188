using System.Text.Json;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Ledgers;

/// <summary>Writes a ledger field by field in the order of the CRD; absent optional values are left out.</summary>
internal sealed class LedgerWriter(Utf8JsonWriter json)
{
    public void Write(Ledger ledger)
    {
        json.WriteStartObject();
        json.WriteNumber("formatVersion", ledger.FormatVersion);
        json.WriteString("installationId", ledger.Installation.ToString());
        json.WriteString("apiVariant", ledger.Api.ToString());
        Remote(ledger.Remote);
        json.WriteString("clusterId", ledger.ClusterId);
        json.WriteNumber("epoch", ledger.Epoch);
        json.WriteString("writer", ledger.Writer);
        json.WriteNumber("seq", ledger.Sequence);
        json.WriteBoolean("genesisRecorded", ledger.GenesisRecorded);
        Texts("genesisBaseline", ledger.GenesisBaseline);
        Map("entries", ledger.Entries, Entry);
        Map("batches", ledger.Batches, Batch);
        List("closedAttempts", ledger.ClosedAttempts, Closed);
        List("orphans", ledger.Orphans, Orphan);
        Texts("released", ledger.Released);
        Texts("journalLines", ledger.Journal.Select(JournalText.Write));
        json.WriteEndObject();
    }

    private void Remote(RemoteIdentity? remote)
    {
        if (remote is not null)
        {
            json.WriteStartObject("remote");
            json.WriteString("address", remote.Address);
            Optional("tenant", remote.Tenant);
            json.WriteEndObject();
        }
    }

    private void Entry(LedgerEntry entry)
    {
        json.WriteStartObject("owner");
        json.WriteString("namespace", entry.Owner.Namespace);
        json.WriteString("name", entry.Owner.Name);
        json.WriteEndObject();
        json.WriteString("phase", entry.Phase.ToString());
        Optional("key", entry.Key);
        Optional("fingerprint", entry.Applied.Value);
        Optional("settled", entry.Settled?.Value);
        Attempt(entry.Attempt);
        if (entry.Replacing)
        {
            json.WriteBoolean("replacing", true);
        }

        if (entry.Former is { } former)
        {
            json.WriteStartObject("former");
            Content(former);
            json.WriteEndObject();
        }

        Time("boundAt", entry.BoundAt);
        json.WriteString("deletionPolicy", entry.DeletionPolicy.ToString());
    }

    private void Attempt(Attempt? attempt)
    {
        if (attempt is null)
        {
            return;
        }

        json.WriteStartObject("attempt");
        json.WriteString("id", attempt.Id);
        json.WriteNumber("number", attempt.Number);
        Optional("fingerprint", attempt.Fingerprint.Value);
        json.WriteString("batch", attempt.BatchId);
        Time("openedAt", attempt.OpenedAt);
        json.WriteEndObject();
    }

    private void Batch(Batch batch)
    {
        Texts("keys", batch.Baseline);
        Map("sent", batch.Sent, Content);
    }

    private void Content(ModuleContent content)
    {
        json.WriteString("type", content.Type);
        json.WritePropertyName("data");
        json.WriteRawValue(content.Data.Span, skipInputValidation: true);
    }

    private void Closed(ClosedAttempt attempt)
    {
        json.WriteString("id", attempt.AttemptId);
        json.WriteString("uid", attempt.OwnerUid);
        Optional("key", attempt.Key);
        Optional("fingerprint", attempt.Fingerprint.Value);
        Texts("baseline", attempt.Baseline);
        Time("closedAt", attempt.ClosedAt);
        json.WriteString("verdict", attempt.Verdict.ToString());
    }

    private void Orphan(Orphan orphan)
    {
        Optional("key", orphan.Key);
        Optional("fingerprint", orphan.Fingerprint.Value);
        json.WriteString("reason", orphan.Reason);
        Time("since", orphan.Since);
        Attempt(orphan.Attempt);
    }

    private void Map<T>(string name, IEnumerable<KeyValuePair<string, T>> values, Action<T> members)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in values)
        {
            json.WriteStartObject(key);
            members(value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void List<T>(string name, IEnumerable<T> values, Action<T> members)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStartObject();
            members(value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Texts(string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private void Optional(string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private void Time(string name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            json.WriteString(name, LedgerTime.Write(time));
        }
    }
}
