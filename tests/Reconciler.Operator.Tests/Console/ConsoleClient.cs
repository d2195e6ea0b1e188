using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Reconciler.Operator.Tests.Console;

/// <summary>Calls a console without a browser.</summary>
internal sealed class ConsoleClient(Uri address) : IDisposable
{
    private readonly HttpMessageInvoker _invoker =
        new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });

    public async Task<HttpResponseMessage> SendAsync(
        string path, string method = "GET", string? host = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address, path));
        request.Headers.Host = host;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _invoker.SendAsync(request, default);
    }

    public async Task<HttpStatusCode> StatusAsync(string path, string method = "GET", string? host = null)
    {
        using var response = await SendAsync(path, method, host);
        return response.StatusCode;
    }

    public async Task<string> TextAsync(string path)
    {
        using var response = await SendAsync(path);
        return Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());
    }

    public async Task<JsonObject> JsonAsync(string path) => (JsonObject)JsonNode.Parse(await TextAsync(path))!;

    public async Task<ConsoleEvents> ListenAsync()
    {
        var response = await SendAsync("/api/events");
        return new(response, await response.Content.ReadAsStreamAsync());
    }

    public void Dispose() => _invoker.Dispose();
}

/// <summary>One stream of events.</summary>
internal sealed class ConsoleEvents(HttpResponseMessage response, Stream stream) : IDisposable
{
    private readonly StreamReader _reader = new(stream, Encoding.UTF8);

    public HttpStatusCode Status => response.StatusCode;

    /// <summary>The data of the next event of this name; null at the end of the stream.</summary>
    public async Task<string?> NextAsync(string name)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        var isAsked = false;
        while (await ReadLineAsync(late.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                isAsked = line[7..] == name;
            }
            else if (isAsked && line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return line[6..];
            }
        }

        return null;
    }

    public void Dispose()
    {
        _reader.Dispose();
        response.Dispose();
    }

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
#pragma warning disable RS0030 // A test on the system's clock and threads.
        return await _reader.ReadLineAsync(cancellationToken);
#pragma warning restore RS0030
    }
}
