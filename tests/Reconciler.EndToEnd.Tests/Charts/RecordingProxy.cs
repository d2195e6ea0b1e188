using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>Stands between an operator and its API server, passes everything on, and notes what was asked for and how
/// it was answered. It can spoil one event of a watch, so that the operator has to read the object again.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private static readonly string[] HopByHop =
        ["Connection", "Host", "Transfer-Encoding", "Content-Length", "Accept-Encoding"];

    private readonly ConcurrentQueue<(ApiCall Call, int Status)> _calls = new();
    private readonly ConcurrentDictionary<string, bool> _toSpoil = new(StringComparer.Ordinal);
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        // Loopback, and the operator's own checks are not what is tested here.
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    });

    private readonly WebApplication _app;
    private readonly Uri _server;

    private RecordingProxy(Uri server)
    {
        _server = server;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.Run(PassAsync);
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>Every answered request, each kind once.</summary>
    public IReadOnlyList<ApiCall> Calls => [.. _calls.Select(one => one.Call).Distinct()];

    public IReadOnlyList<ApiCall> Forbidden =>
        [.. _calls.Where(one => one.Status == StatusCodes.Status403Forbidden).Select(one => one.Call).Distinct()];

    public static async Task<RecordingProxy> StartAsync(Uri server)
    {
        var proxy = new RecordingProxy(server);
        await proxy._app.StartAsync();
        proxy.Address = new Uri(proxy._app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single());
        return proxy;
    }

    /// <summary>Makes the next event that a watch of this resource delivers undecodable.</summary>
    public void SpoilNext(string resource) => _toSpoil[resource] = true;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _invoker.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        var (incoming, aborted) = (context.Request, context.RequestAborted);
        var call = ApiCall.Parse(incoming.Method, incoming.Path, incoming.QueryString.Value ?? "");
        using var outgoing = await CopyAsync(incoming, aborted);
        try
        {
            using var answer = await _invoker.SendAsync(outgoing, aborted);
            Note(call, incoming.ContentType, (int)answer.StatusCode);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
            await context.Response.StartAsync(aborted);
            await using var body = await answer.Content.ReadAsStreamAsync(aborted);
            await PassOnAsync(body, context.Response.Body, call, aborted);
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or IOException or HttpRequestException)
        {
            context.Abort();
        }
    }

    private void Note(ApiCall call, string? contentType, int status)
    {
        _calls.Enqueue((call, status));

        // Server-side apply of an object that was not there needs the right to create it, too.
        if (contentType?.Contains("apply-patch", StringComparison.Ordinal) == true
            && status == StatusCodes.Status201Created)
        {
            _calls.Enqueue((call with { Verb = "create" }, status));
        }
    }

    private async Task<HttpRequestMessage> CopyAsync(HttpRequest incoming, CancellationToken aborted)
    {
        var outgoing = new HttpRequestMessage(
            new HttpMethod(incoming.Method), new Uri(_server, incoming.Path + incoming.QueryString));
        var body = new MemoryStream();
        await incoming.Body.CopyToAsync(body, aborted);
        if (body.Length > 0)
        {
            outgoing.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var (name, values) in incoming.Headers.Where(one => !HopByHop.Contains(one.Key)))
        {
            _ = outgoing.Headers.TryAddWithoutValidation(name, [.. values])
                || outgoing.Content?.Headers.TryAddWithoutValidation(name, [.. values]) == true;
        }

        return outgoing;
    }

    // A watch is passed on line by line, since a line is an event.
    private async Task PassOnAsync(Stream from, Stream to, ApiCall call, CancellationToken aborted)
    {
        var line = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await from.ReadAsync(buffer, aborted)) > 0)
        {
            foreach (var one in buffer.AsMemory(0, count).ToArray())
            {
                line.WriteByte(one);
                if (one == '\n')
                {
                    await WriteLineAsync(line, to, call, aborted);
                }
            }
        }

        await WriteLineAsync(line, to, call, aborted);
    }

    private async Task WriteLineAsync(MemoryStream line, Stream to, ApiCall call, CancellationToken aborted)
    {
        var bytes = line.ToArray();
        line.SetLength(0);
        if (call.Verb == "watch" && _toSpoil.ContainsKey(call.Resource))
        {
            bytes = Spoiled(bytes, call.Resource);
        }

        await to.WriteAsync(bytes, aborted);
        await to.FlushAsync(aborted);
    }

    // The name and namespace stay readable, as when a newer server sends a field of another shape.
    private byte[] Spoiled(byte[] line, string resource)
    {
        const string Metadata = "\"metadata\":{";
        var text = Encoding.UTF8.GetString(line);
        if (!text.Contains("\"MODIFIED\"", StringComparison.Ordinal) || !_toSpoil.TryRemove(resource, out _))
        {
            return line;
        }

        var at = text.IndexOf(Metadata, StringComparison.Ordinal) + Metadata.Length;
        return Encoding.UTF8.GetBytes(text.Insert(at, "\"generation\":\"spoiled\","));
    }
}
