using System.Collections.Concurrent;
using System.Net;

namespace Reconciler.Operator.Tests.Intake;

/// <summary>The published keys, as a handler in memory that counts and may be down.</summary>
internal sealed class KeyServer(Func<string> keys) : HttpMessageHandler
{
    public ConcurrentQueue<Uri> Fetches { get; } = new();

    /// <summary>Answers instead, for instance with nonsense.</summary>
    public Func<HttpResponseMessage>? Instead { get; set; }

    public bool IsDown { get; set; }

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Fetches.Enqueue(request.RequestUri!);
        return IsDown
            ? throw new HttpRequestException("connection refused")
            : Task.FromResult(Instead?.Invoke() ?? new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(keys())),
            });
    }
}
