using System.Security.Cryptography;
using System.Text;
using Reconciler.Emulator.Faults;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>One page of modules. Cursors are positions, so they survive deletions between two pages.</summary>
internal static class ForgeList
{
    public static WireResponse Answer(RemoteCall call, IEnumerable<StoredModule> visible, bool alwaysEnveloped)
    {
        EmulatorSettings settings = call.Settings;
        string? limitText = QueryString.First(call.Request.Query, "limit");
        int limit = settings.DefaultPageSize;
        if (limitText is not null && (!int.TryParse(limitText, out limit) || limit < 1 || limit > settings.MaxLimit))
        {
            return ForgeErrors.InvalidParameter($"limit must be an integer from 1 to {settings.MaxLimit}");
        }

        string token = QueryString.First(call.Request.Query, "nextPageToken") ?? "";
        string position = "";
        if (token.Length > 0 && !PageToken.TryDecode(token, call.Installation!.Id, out position))
        {
            return ForgeErrors.InvalidParameter("nextPageToken is not valid");
        }

        Page page = Cut(call, visible, position, Math.Min(limit, settings.MaxPageSize));
        page = Spoil(call, page, token, position);
        return ListEnvelope.Render(
            page.Modules, page.Next, first: token.Length == 0, alwaysEnveloped
                ? settings with { ListShape = ListShape.ResultLastEvaluatedKey }
                : settings);
    }

    private static Page Cut(RemoteCall call, IEnumerable<StoredModule> visible, string position, int size)
    {
        (string Sort, StoredModule Module)[] rest =
        [
            .. visible
                .Select(module => (Sort: SortKey(call, module), Module: module))
                .Where(item => string.CompareOrdinal(item.Sort, position) > 0)
                .OrderBy(item => item.Sort, StringComparer.Ordinal),
        ];
        StoredModule[] modules = [.. rest.Take(size).Select(item => item.Module)];
        string? next = rest.Length > size ? Token(call, rest[size - 1].Sort) : null;
        return new Page(modules, next, rest.Length == 0 ? position : rest[Math.Min(size, rest.Length) - 1].Sort);
    }

    /// <summary>The faults that concern lists alone.</summary>
    private static Page Spoil(RemoteCall call, Page page, string token, string position) => call.Fault switch
    {
        FaultKind.RepeatedPageToken => page with { Next = token.Length > 0 ? token : Token(call, page.End) },
        FaultKind.EmptyPage => page with { Modules = [], Next = Token(call, position) },
        FaultKind.EndlessList => page with { Next = page.Next ?? Token(call, "") },
        FaultKind.OmitLast => page with { Modules = [.. page.Modules.SkipLast(1)] },
        _ => page,
    };

    private static string Token(RemoteCall call, string position) =>
        PageToken.Encode(call.Installation!.Id, position, call.Cloud.Log.LastSeq);

    private static string SortKey(RemoteCall call, StoredModule module) => call.Settings.ListOrder switch
    {
        ListOrder.Insertion => module.Sequence.ToString("D19"),
        ListOrder.Key => module.Key,
        ListOrder.Shuffled => Convert.ToHexString(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{call.Cloud.Seed}\n{module.Key}"))),
        _ => throw new InvalidOperationException($"unknown listOrder {call.Settings.ListOrder}"),
    };

    /// <param name="Modules">What the page shows.</param>
    /// <param name="Next">The cursor it hands out, if any.</param>
    /// <param name="End">The position behind its last module.</param>
    private sealed record Page(IReadOnlyList<StoredModule> Modules, string? Next, string End);
}
