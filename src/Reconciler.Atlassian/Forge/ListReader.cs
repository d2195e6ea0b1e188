using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Forge;

/// <summary>
/// Reads all pages. Complete means: every page was 200 and readable, the last had no token, no token came twice, and
/// all of it within T_list (crash-safety.md §5). Anything else is a failure, never a shorter list.
/// </summary>
/// <param name="ask">Builds the request of a page from its token and limit.</param>
/// <param name="fault">The API's own fault table for a read.</param>
internal sealed class ListReader(
    RemoteClient client, Func<string?, int?, RemoteRequest> ask, Func<RemoteReply, RemoteFault> fault)
{
    private const string WithoutLimit =
        "The list is an array, which has no place for a page token: a full one is read without a limit.";

    // X1: whether the list was full and came whole without a limit. It is asked for so from then on, while it is as
    // long: one request a list.
    private bool _withoutLimit;

    public async Task<ListOutcome> ReadAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(client.Options.ListTimeout, client.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await ReadPagesAsync(
                _withoutLimit ? null : client.Options.PageSize, linked.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(new RemoteFault.Unavailable(
                $"The list was not complete after {client.Options.ListTimeout.TotalSeconds:0} s."));
        }
    }

    private async Task<ListOutcome> ReadPagesAsync(int? limit, CancellationToken cancellationToken)
    {
        var modules = new Dictionary<string, ObservedModule>(StringComparer.Ordinal);
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        string? token = null;
        var full = 0;
        long bytes = 0;
        for (var pages = 1; pages <= client.Options.ListPagesMax; pages++)
        {
            var isFirst = token is null;
            var (page, failure) = await ReadPageAsync(token, limit, cancellationToken);
            if (page is null)
            {
                return Failed(failure!);
            }

            bytes += page.Bytes;
            if (bytes > client.Options.ListBytesMax)
            {
                return Failed(new RemoteFault.Malformed(
                    $"The list is longer than {client.Options.ListBytesMax} bytes in all.", 200));
            }

            // Concurrent changes can show a module on two pages; the later page is the newer sight.
            foreach (var module in page.Modules)
            {
                modules[module.Key] = module;
            }

            if (modules.Count > client.Options.ListModulesMax)
            {
                return NeverEnds();
            }

            token = page.Token;
            if (token is null && isFirst && page.IsBare && IsReadAgain(limit, modules.Count, full))
            {
                full = limit is null ? full : modules.Count;
                limit = limit is null ? client.Options.PageSize : null;
                modules.Clear();
            }
            else if (token is null)
            {
                return modules.Count < full ? CutWithoutLimit(full) : Complete(modules.Values, limit);
            }
            else if (!tokens.Add(token))
            {
                return Failed(new RemoteFault.Malformed("The list is incomplete: a page token came twice.", 200));
            }
        }

        return NeverEnds();
    }

    /// <summary>X1: a full array may be cut, so it is asked for once more, for all. What comes shorter than that
    /// without having been compared may be cut by another default: it is asked for once more, in pages.</summary>
    /// <param name="full">How many came with a limit; 0 before that.</param>
    private bool IsReadAgain(int? limit, int count, int full) =>
        full == 0 && (limit is null ? count < client.Options.PageSize : count >= limit);

    private ListOutcome.Complete Complete(IReadOnlyCollection<ObservedModule> modules, int? limit)
    {
        _withoutLimit = limit is null && modules.Count >= client.Options.PageSize;
        return new ListOutcome.Complete(
            [.. modules.OrderBy(module => module.Key, StringComparer.Ordinal)], limit is null ? WithoutLimit : null);
    }

    private async Task<(ListPage? Page, RemoteFault? Failure)> ReadPageAsync(
        string? token, int? limit, CancellationToken cancellationToken)
    {
        var (reply, failure) = (await client.SendAsync(ask(token, limit), cancellationToken)).Open();
        return reply switch
        {
            null => (null, failure),
            { Status: 200 } => Parse(reply),
            _ => (null, fault(reply)),
        };
    }

    private static (ListPage? Page, RemoteFault? Failure) Parse(RemoteReply reply)
    {
        try
        {
            return (ListPageParser.Parse(reply.Body, reply.Headers) with { Bytes = reply.Body.Length }, null);
        }
        catch (FormatException exception)
        {
            return (null, new RemoteFault.Malformed(
                $"The list cannot be read: {ErrorSentence.Clean(exception.Message, reply.Secrets)}.",
                reply.Status, reply.Headers.TraceId));
        }
    }

    private static ListOutcome.Failed CutWithoutLimit(int full) => Failed(new RemoteFault.Malformed(
        $"The list is incomplete: {full} modules came with a limit and fewer without one.", 200));

    private ListOutcome.Failed NeverEnds() => Failed(new RemoteFault.Malformed(
        $"The list does not end: more than {client.Options.ListPagesMax} pages or " +
        $"{client.Options.ListModulesMax} modules.", 200));

    private static ListOutcome.Failed Failed(RemoteFault fault) => new(fault);
}
