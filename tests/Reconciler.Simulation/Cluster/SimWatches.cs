using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Reconciler.Simulation.Kernel;
using Reconciler.Simulation.Net;

namespace Reconciler.Simulation.Cluster;

/// <summary>The watch half of the API server: replay from a version, then live events with a drawn lag,
/// in order.</summary>
internal sealed class SimWatches(SimKernel kernel, SimStore store, Func<ApiServerKnobs> knobs)
{
    private readonly List<SimWatch> _open = [];

    public SimResponse Open(SimPath path, SimRequest request)
    {
        var initial = request.Parameter("sendInitialEvents") == "true";
        if (initial && !knobs().WatchList)
        {
            return SimApiServer.Fault(422, "Invalid",
                "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch");
        }

        var from = long.TryParse(request.Parameter("resourceVersion"), out var version) ? version : 0;
        if (!initial && from != 0 && from < store.Floor)
        {
            return SimApiServer.Fault(410, "Expired", $"too old resource version: {from} ({store.Floor})");
        }

        var watch = new SimWatch(path, request, new SimStream());
        if (initial || from == 0)
        {
            SendInitial(watch, initial);
        }
        else
        {
            foreach (var change in store.History.Where(change => change.Version > from))
            {
                Send(watch, change);
            }
        }

        _open.Add(watch);
        ScheduleEnd(watch);
        ScheduleBookmark(watch);
        return new SimResponse(HttpStatusCode.OK, []) { Stream = watch.Stream };
    }

    public void Publish(SimChange change)
    {
        _open.RemoveAll(static watch => watch.Stream.Closed || watch.Ended);
        foreach (var watch in _open)
        {
            if (change.Kind == watch.Path.Kind && kernel.Random.Chance(knobs().WatchDropChance))
            {
                Drop(watch);
            }
            else
            {
                Send(watch, change);
            }
        }
    }

    private void SendInitial(SimWatch watch, bool bookmark)
    {
        foreach (var (id, item) in store.List(watch.Path.Kind, watch.Path.Namespace))
        {
            if (SimApiServer.Selects(watch.Request, id))
            {
                Push(watch, Line("ADDED", item.Bytes(watch.MetadataOnly)));
            }
        }

        if (bookmark)
        {
            Push(watch, Bookmark(watch, initialEventsEnd: true));
        }
    }

    private void Send(SimWatch watch, SimChange change)
    {
        if (change.Kind == watch.Path.Kind
            && (watch.Path.Namespace is null
                || change.Id.StartsWith(watch.Path.Namespace + "/", StringComparison.Ordinal))
            && SimApiServer.Selects(watch.Request, change.Id))
        {
            Push(watch, Line(change.Type, change.Object.Bytes(watch.MetadataOnly)));
        }
    }

    private static byte[] Line(string type, byte[] item)
    {
        var head = $"{{\"type\":\"{type}\",\"object\":";
        var line = new byte[head.Length + item.Length + 2];
        Encoding.UTF8.GetBytes(head, line);
        item.CopyTo(line, head.Length);
        "}\n"u8.CopyTo(line.AsSpan(head.Length + item.Length));
        return line;
    }

    /// <summary>Lag is drawn, order is kept: nothing of one stream overtakes.</summary>
    private void Push(SimWatch watch, byte[] line)
    {
        var at = kernel.Now + kernel.Random.Between(TimeSpan.Zero, knobs().WatchLagMax);
        watch.LastAt = at > watch.LastAt ? at : watch.LastAt;
        kernel.After(
            watch.LastAt - kernel.Now,
            () =>
            {
                if (!watch.Ended)
                {
                    watch.Stream.Push(line);
                }
            });
    }

    private void ScheduleEnd(SimWatch watch)
    {
        var seconds = int.TryParse(watch.Request.Parameter("timeoutSeconds"), out var asked) ? asked : 1800;
        kernel.After(
            TimeSpan.FromSeconds(seconds),
            () =>
            {
                watch.Ended = true;
                watch.Stream.End();
            });
    }

    private void ScheduleBookmark(SimWatch watch)
    {
        if (watch.Request.Parameter("allowWatchBookmarks") != "true")
        {
            return;
        }

        kernel.After(
            knobs().BookmarkEvery,
            () =>
            {
                if (!watch.Ended && !watch.Stream.Closed)
                {
                    Push(watch, Bookmark(watch, initialEventsEnd: false));
                    ScheduleBookmark(watch);
                }
            });
    }

    private void Drop(SimWatch watch)
    {
        kernel.Log("api", $"drops the watch of {watch.Path.Kind.Plural}");
        watch.Ended = true;
        if (kernel.Random.Chance(0.5))
        {
            watch.Stream.End();
        }
        else
        {
            watch.Stream.Break(new IOException("simulated reset"));
        }
    }

    private byte[] Bookmark(SimWatch watch, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = store.Version.ToString(CultureInfo.InvariantCulture) };
        if (initialEventsEnd)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        var item = new JsonObject
        {
            ["kind"] = watch.Path.Kind.Kind, ["apiVersion"] = watch.Path.Kind.ApiVersion, ["metadata"] = metadata,
        };
        return Line("BOOKMARK", new SimObject(item).Bytes(metadataOnly: false));
    }

    private sealed class SimWatch(SimPath path, SimRequest request, SimStream stream)
    {
        public SimPath Path { get; } = path;

        public SimRequest Request { get; } = request;

        public SimStream Stream { get; } = stream;

        public bool MetadataOnly { get; } = SimApiServer.WantsMetadataOnly(request);

        public TimeSpan LastAt { get; set; }

        public bool Ended { get; set; }
    }
}
