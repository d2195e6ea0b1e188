using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Reconciler.TestKit.Api;

/// <summary>Opens watches: from a version, from "any" state, or with initial events and their closing bookmark.
/// </summary>
internal sealed class FakeWatches(FakeStore store, FakeApiServerOptions options)
{
    private readonly Lock _gate = new();
    private readonly List<FakeWatch> _open = [];

    public IReadOnlyList<FakeWatch> Open
    {
        get
        {
            lock (_gate)
            {
                return _open.ToList();
            }
        }
    }

    /// <summary>Called after a watch was opened (its headers are sent) or closed.</summary>
    public Action Changed { get; set; } = static () => { };

    public async Task ServeAsync(
        HttpContext context,
        FakeCollection collection,
        string space,
        FakeRequest request,
        bool metadataOnly,
        CancellationToken stopped)
    {
        var watch = new FakeWatch(request, collection.Path, metadataOnly);
        var since = Since(request, watch);
        using var subscription = since.TooOld
            ? null
            : Subscribe(collection, space, request, watch, since.Version);
        using var timeout = CloseAfter(request, watch);
        context.Response.StatusCode = 200;
        context.Response.ContentType = "application/json";
        await context.Response.Body.FlushAsync(stopped);
        lock (_gate)
        {
            _open.Add(watch);
        }

        try
        {
            Changed();
            await watch.RunAsync(context, stopped);
        }
        finally
        {
            lock (_gate)
            {
                _open.Remove(watch);
            }

            Changed();
        }
    }

    private (long? Version, bool TooOld) Since(FakeRequest request, FakeWatch watch)
    {
        if (AsksInitialEvents(request) && options.WatchList == WatchListSupport.Refused)
        {
            throw FakeStatusException.Invalid(
                "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden "
                + "for watch unless the WatchList feature gate is enabled");
        }

        var text = request.QueryValue("resourceVersion");
        if (WantsInitialEvents(request) || text is null or "" or "0")
        {
            return (null, false);
        }

        var version = long.Parse(text, CultureInfo.InvariantCulture);
        if (version > store.Version)
        {
            throw FakeStatusException.TooLarge(version, store.Version);
        }

        return version >= store.Compacted ? (version, false) : Gone(version, watch);
    }

    private (long? Version, bool TooOld) Gone(long version, FakeWatch watch)
    {
        var message = $"too old resource version: {version} ({store.Compacted})";
        var reason = options.Gone is GoneForm.ErrorEventGone or GoneForm.HttpGone ? "Gone" : "Expired";
        if (options.Gone is GoneForm.HttpExpired or GoneForm.HttpGone)
        {
            throw new FakeStatusException(410, reason, message);
        }

        watch.SendError(410, reason, message);
        return (version, true);
    }

    private IDisposable Subscribe(
        FakeCollection collection, string space, FakeRequest request, FakeWatch watch, long? since) =>
        store.Subscribe(
            collection,
            since,
            (version, objects) =>
            {
                foreach (var item in objects.Where(item => FakeLists.Selects(item, space, request)))
                {
                    watch.SendEvent("ADDED", watch.MetadataOnly ? FakeObject.MetadataOnly(item) : item);
                }

                if (WantsInitialEvents(request) && request.QueryValue("allowWatchBookmarks") == "true")
                {
                    watch.SendBookmark($"{version}", endsInitialEvents: true);
                }
            },
            happened =>
            {
                if (happened.Collection == collection.Path && FakeLists.Selects(happened.Object, space, request))
                {
                    watch.SendEvent(
                        happened.Type,
                        watch.MetadataOnly ? FakeObject.MetadataOnly(happened.Object) : happened.Object);
                }
            });

    private ITimer? CloseAfter(FakeRequest request, FakeWatch watch) =>
        int.TryParse(request.QueryValue("timeoutSeconds"), out var seconds) && seconds > 0
            ? options.Time.CreateTimer(_ => watch.End(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan)
            : null;

    private bool WantsInitialEvents(FakeRequest request) =>
        AsksInitialEvents(request) && options.WatchList == WatchListSupport.Offered;

    private static bool AsksInitialEvents(FakeRequest request) => request.QueryValue("sendInitialEvents") == "true";
}
