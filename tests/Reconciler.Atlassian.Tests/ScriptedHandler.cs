using System.Net;
using System.Text;

namespace Reconciler.Atlassian.Tests;

/// <summary>Answers in memory, for many cases in little time. It reads the body first, as a server does.</summary>
internal sealed class ScriptedHandler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    public int Count { get; private set; }

    public string? LastUri { get; private set; }

    public static HttpResponseMessage Reply(int status, byte[] body, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return response;
    }

    public static HttpResponseMessage Json(int status, string body, params (string Name, string Value)[] headers) =>
        Reply(status, Encoding.UTF8.GetBytes(body), headers);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Count++;
        LastUri = request.RequestUri!.AbsoluteUri;
        await request.Content!.LoadIntoBufferAsync(cancellationToken);
        return answer(request);
    }
}
