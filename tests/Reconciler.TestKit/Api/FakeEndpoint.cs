using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Reconciler.TestKit.Api;

/// <summary>The HTTP side: logs the request, meets its script, and routes it.</summary>
internal sealed class FakeEndpoint
{
    private readonly FakeApiServerOptions _options;
    private readonly FakeWatches _watches;
    private readonly FakeLists _lists;
    private readonly FakeWrites _writes;
    private readonly FakeStore _store;
    private readonly Func<string, FakeCollection?> _collections;
    private readonly Lock _gate = new();
    private readonly List<FakeRequest> _requests = [];
    private readonly List<FakeScript> _scripts = [];
    private readonly List<(Func<bool> Condition, TaskCompletionSource Done)> _waiters = [];
    private readonly CancellationTokenSource _stopping = new();

    public FakeEndpoint(
        FakeApiServerOptions options, FakeStore store, FakeWatches watches, Func<string, FakeCollection?> collections)
    {
        _options = options;
        _store = store;
        _watches = watches;
        _collections = collections;
        _lists = new FakeLists(store, options);
        _writes = new FakeWrites(store);
        watches.Changed = Notify;
    }

    public IReadOnlyList<FakeRequest> Requests
    {
        get
        {
            lock (_gate)
            {
                return _requests.ToList();
            }
        }
    }

    public void ForgetRequests()
    {
        lock (_gate)
        {
            _requests.Clear();
        }
    }

    public void Stop() => _stopping.Cancel();

    public void Script(Func<FakeRequest, bool> match, FakeFault fault, int times)
    {
        lock (_gate)
        {
            _scripts.Add(new FakeScript(match, fault) { Left = times });
        }
    }

    public void ClearScripts()
    {
        lock (_gate)
        {
            _scripts.Clear();
        }
    }

    public async Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiters.Add((condition, done));
        }

        Notify();
        await done.Task.WaitAsync(TimeSpan.FromMinutes(2), cancellationToken);
    }

    public async Task HandleAsync(HttpContext context)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            var request = await LogAsync(context, stopped.Token);
            await ServeAsync(context, request, stopped.Token);
        }
        catch (FakeStatusException refusal)
        {
            await AnswerAsync(context, refusal.Code, refusal.ToJson(), refusal.RetryAfterSeconds?.ToString());
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task ServeAsync(HttpContext context, FakeRequest request, CancellationToken stopped)
    {
        var latency = _options.Latency(request);
        if (latency > TimeSpan.Zero)
        {
            await Task.Delay(latency, _options.Time, stopped);
        }

        if (TakeFault(request) is { } fault)
        {
            await MeetAsync(context, request, fault, stopped);
            return;
        }

        var token = request.Header("Authorization")?.Replace("Bearer ", "", StringComparison.Ordinal) ?? "";
        if (_options.AcceptedTokens is { } tokens && !tokens.Contains(token))
        {
            throw new FakeStatusException(401, "Unauthorized", "Unauthorized");
        }

        var (collection, path) = Route(request);
        var accept = request.Header("Accept") ?? "";
        var metadataOnly = accept.Contains("as=PartialObjectMetadata", StringComparison.Ordinal);
        if (request.IsWatch)
        {
            await _watches.ServeAsync(context, collection, path.Namespace, request, metadataOnly, stopped);
            return;
        }

        var (code, body) = request.Method == "GET"
            ? (200, Read(collection, path, request, metadataOnly))
            : Written(_writes.Execute(collection, path, request), metadataOnly);
        Notify();
        await AnswerAsync(context, code, body, null);
    }

    private static (int Code, JsonObject Body) Written((int Code, JsonObject Body) answer, bool metadataOnly) =>
        metadataOnly && answer.Body["metadata"] is not null
            ? (answer.Code, FakeObject.MetadataOnly(answer.Body))
            : answer;

    private async Task MeetAsync(HttpContext context, FakeRequest request, FakeFault fault, CancellationToken stopped)
    {
        if (fault is FakeFault.Refuse { Committed: true }
            or FakeFault.Hang { Committed: true }
            or FakeFault.Abort { Committed: true })
        {
            var (collection, path) = Route(request);
            _writes.Execute(collection, path, request);
            Notify();
        }

        switch (fault)
        {
            case FakeFault.Refuse refuse:
                var status = new FakeStatusException(refuse.Code, refuse.Reason, refuse.Message);
                await AnswerAsync(context, refuse.Code, status.ToJson(), refuse.RetryAfter);
                break;
            case FakeFault.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopped);
                break;
            case FakeFault.Raw raw:
                context.Response.StatusCode = raw.Code;
                context.Response.ContentType = raw.ContentType;
                await context.Response.Body.WriteAsync(raw.Body, stopped);
                await context.Response.Body.FlushAsync(stopped);
                if (raw.ThenAbort)
                {
                    context.Abort();
                }

                break;
            default:
                context.Abort();
                break;
        }
    }

    private (FakeCollection Collection, ResourcePath Path) Route(FakeRequest request)
    {
        var path = ResourcePath.Parse(request.Path) ?? throw FakeStatusException.PageNotFound();
        return _collections(path.Collection) is { IsServed: true } collection
            ? (collection, path)
            : throw FakeStatusException.PageNotFound();
    }

    private JsonObject Read(FakeCollection collection, ResourcePath path, FakeRequest request, bool metadataOnly)
    {
        if (path.Name is null)
        {
            return _lists.Page(collection, path.Namespace, request, metadataOnly);
        }

        var found = _store.Find(collection, path.Namespace, path.Name) ?? throw FakeStatusException.NotFound(path.Name);
        return metadataOnly ? FakeObject.MetadataOnly(found) : found;
    }

    private async Task<FakeRequest> LogAsync(HttpContext context, CancellationToken stopped)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, stopped);
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0].TrimStart('/');
        FakeRequest request;
        lock (_gate)
        {
            request = new FakeRequest(
                _requests.Count + 1,
                context.Request.Method,
                target,
                context.Request.Query.ToDictionary(
                    pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal),
                context.Request.Headers.ToDictionary(
                    pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body.ToArray());
            _requests.Add(request);
        }

        Notify();
        return request;
    }

    private FakeFault? TakeFault(FakeRequest request)
    {
        lock (_gate)
        {
            var script = _scripts.Find(script => script.Left > 0 && script.Match(request));
            if (script is not null)
            {
                script.Left--;
            }

            return script?.Fault;
        }
    }

    private void Notify()
    {
        List<(Func<bool> Condition, TaskCompletionSource Done)> waiters;
        lock (_gate)
        {
            waiters = _waiters.ToList();
        }

        foreach (var waiter in waiters.Where(waiter => waiter.Condition()))
        {
            waiter.Done.TrySetResult();
            lock (_gate)
            {
                _waiters.Remove(waiter);
            }
        }
    }

    private static async Task AnswerAsync(HttpContext context, int code, JsonObject body, string? retryAfter)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        await context.Response.WriteAsync(body.ToJsonString());
    }

    private sealed record FakeScript(Func<FakeRequest, bool> Match, FakeFault Fault)
    {
        public int Left { get; set; }
    }
}
