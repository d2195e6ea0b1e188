using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Ledgers;

/// <summary>Reads the fields that <see cref="LedgerWriter"/> writes; throws <see cref="FormatException"/>.</summary>
internal static class LedgerReader
{
    public static Ledger Read(LedgerNode root)
    {
        var format = root.Required("formatVersion").Count();
        if (format is < 1 or > Ledger.CurrentFormat)
        {
            // Before anything else: the other fields of a newer format may mean something else.
            throw new FormatException(
                $"the ledger has format version {format}, this program reads up to {Ledger.CurrentFormat}: run the "
                + "version that wrote it, or a later one");
        }

        root.AllowOnly(
            "formatVersion", "installationId", "apiVariant", "remote", "clusterId", "epoch", "writer", "seq",
            "genesisRecorded", "genesisBaseline", "entries", "batches", "closedAttempts", "orphans",
            "released", "journalLines", "journal");
        return new Ledger(Installation(root.Required("installationId")), Api(root.Optional("apiVariant")))
        {
            FormatVersion = format,
            Remote = Remote(root.Optional("remote")),
            ClusterId = root.Optional("clusterId")?.Text() ?? "",
            Epoch = root.Required("epoch").Number(),
            Writer = root.Optional("writer")?.Text() ?? "",
            Sequence = root.Required("seq").Number(),
            GenesisRecorded = root.Optional("genesisRecorded")?.Flag() ?? false,
            GenesisBaseline = Keys(root.Optional("genesisBaseline")),
            Entries = Map(root.Optional("entries"), Entry),
            Batches = Map(root.Optional("batches"), Batch),
            ClosedAttempts = List(root.Optional("closedAttempts"), Closed),
            Orphans = List(root.Optional("orphans"), Orphan),
            Released = Keys(root.Optional("released")),
            Journal = [
                .. List(root.Optional("journal"), FormerLine),
                .. List(root.Optional("journalLines"), node => JournalText.Read(node.Text())),
            ],
        };
    }

    private static InstallationKey Installation(LedgerNode node) =>
        node.Text().Split('/') is [{ Length: > 0 } space, { Length: > 0 } name]
            ? new InstallationKey(space, name)
            : throw node.Wrong("must be namespace/name");

    private static RemoteApi Api(LedgerNode? node) => node?.Choice<RemoteApi>() ?? RemoteApi.ForgeV2;

    private static RemoteIdentity? Remote(LedgerNode? node) => node?.AllowOnly("address", "tenant") is { } remote
        ? new RemoteIdentity(remote.Required("address").Text(), remote.Optional("tenant")?.Text())
        : null;

    private static LedgerEntry Entry(string uid, LedgerNode node)
    {
        node.AllowOnly("owner", "phase", "key", "fingerprint", "settled", "attempt", "replacing", "former", "boundAt",
            "deletionPolicy");
        var owner = node.Required("owner").AllowOnly("namespace", "name");
        var phase = node.Required("phase").Choice<EntryPhase>();
        var entry = new LedgerEntry(
            new ModuleOwner(uid, owner.Required("namespace").Text(), owner.Required("name").Text()),
            phase, node.Optional("key")?.Text(), Print(node.Optional("fingerprint")))
        {
            Settled = node.Optional("settled") is { } settled ? Print(settled) : null,
            Attempt = Attempt(node.Optional("attempt")),
            DeletionPolicy = node.Optional("deletionPolicy")?.Choice<DeletionPolicy>() ?? DeletionPolicy.Delete,
            Replacing = node.Optional("replacing")?.Flag() ?? false,
            Former = node.Optional("former") is { } former ? Content(former) : null,
            BoundAt = node.Optional("boundAt")?.Time(),
        };
        if (phase == EntryPhase.Intent ? entry.Attempt is null : entry.Key is null)
        {
            throw node.Wrong(phase == EntryPhase.Intent
                ? "is in phase Intent and lacks \"attempt\""
                : $"is in phase {phase} and lacks \"key\"");
        }

        return entry;
    }

    private static Attempt? Attempt(LedgerNode? node)
    {
        if (node is not { } attempt)
        {
            return null;
        }

        attempt.AllowOnly("id", "number", "fingerprint", "batch", "openedAt");
        return new Attempt(
            attempt.Required("id").Text(), attempt.Required("number").Count(), Print(attempt.Optional("fingerprint")),
            attempt.Required("batch").Text(), attempt.Required("openedAt").Time());
    }

    private static Batch Batch(string id, LedgerNode node)
    {
        node.AllowOnly("keys", "sent");
        return new Batch(Keys(node.Optional("keys")), Map(node.Optional("sent"), (_, content) => Content(content)));
    }

    private static ModuleContent Content(LedgerNode node)
    {
        node.AllowOnly("type", "data");
        var data = node.Required("data");
        return ModuleContent.TryCreate(
            node.Required("type").Text(), JsonMarshal.GetRawUtf8Value(data.Element).ToArray(), out var content,
            out var error)
            ? content!
            : throw data.Wrong($"cannot be used: {error}");
    }

    private static ClosedAttempt Closed(LedgerNode node)
    {
        node.AllowOnly("id", "uid", "key", "fingerprint", "baseline", "closedAt", "verdict");
        return new ClosedAttempt(
            node.Required("id").Text(), node.Required("uid").Text(), Print(node.Optional("fingerprint")),
            Keys(node.Optional("baseline")), node.Required("closedAt").Time(),
            node.Required("verdict").Choice<AttemptVerdict>())
        {
            Key = node.Optional("key")?.Text(),
        };
    }

    private static Orphan Orphan(LedgerNode node)
    {
        node.AllowOnly("key", "fingerprint", "reason", "since", "attempt");
        return new Orphan(
            node.Optional("key")?.Text(), Print(node.Optional("fingerprint")), node.Required("reason").Text(),
            node.Required("since").Time())
        {
            Attempt = Attempt(node.Optional("attempt")),
        };
    }

    // As versions before "journalLines" wrote them; every ledger is rewritten when a term begins (T0). Fields that
    // another version added to a line are passed over.
    private static JournalLine FormerLine(LedgerNode node) => new(
        node.Required("time").Time(), node.Required("uid").Text(), node.Required("rule").Text(),
        node.Required("message").Text())
    {
        Inputs = node.Optional("inputs") is { Element.ValueKind: JsonValueKind.Object } inputs
            ? Map(inputs, (_, value) => value.Element.ToString())
            : JournalLine.NoInputs,
    };

    private static Fingerprint Print(LedgerNode? node) => node is { } print ? new Fingerprint(print.Text()) : default;

    private static ImmutableSortedSet<string> Keys(LedgerNode? node) =>
        node is { } keys ? keys.Items().Select(key => key.Text()).ToOrdinalSet() : Ordinal.EmptySet;

    private static ImmutableArray<T> List<T>(LedgerNode? node, Func<LedgerNode, T> read) =>
        node is { } list ? [.. list.Items().Select(read)] : [];

    private static ImmutableSortedDictionary<string, T> Map<T>(LedgerNode? node, Func<string, LedgerNode, T> read)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        foreach (var (name, value) in node?.Members() ?? [])
        {
            if (!map.TryAdd(name, read(name, value)))
            {
                throw value.Wrong("appears twice");
            }
        }

        return map.ToImmutable();
    }
}
