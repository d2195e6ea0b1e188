using System.Net.Http.Headers;
using System.Text;

namespace Reconciler.TestKit.Processes;

/// <summary>Plain HTTP requests of a test to a process on the loopback interface.</summary>
public static class LoopbackHttp
{
    private static readonly HttpMessageInvoker Invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
    });

    /// <summary>The status and the body, as text; without a body of its own the request has none.</summary>
    public static async Task<(int Status, string Body)> SendAsync(
        HttpMethod method, Uri address, string? json = null, TimeSpan? timeout = null, string? bearer = null)
    {
        using var late = new CancellationTokenSource(timeout ?? ProcessTimeouts.State, TimeProvider.System);
        using var request = new HttpRequestMessage(method, address);
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var response = await Invoker.SendAsync(request, late.Token);
        var body = await response.Content.ReadAsByteArrayAsync(late.Token);
        return ((int)response.StatusCode, Encoding.UTF8.GetString(body));
    }
}
