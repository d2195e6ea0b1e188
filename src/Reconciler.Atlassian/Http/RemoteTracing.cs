using System.Diagnostics;

namespace Reconciler.Atlassian.Http;

/// <summary>One span for each request that is sent, with the names of OpenTelemetry's conventions. It holds the route's
/// template and the host, never a key, a credential or a body. Costs nothing while nobody listens.</summary>
internal static class RemoteTracing
{
    private static readonly ActivitySource Source = new("Reconciler.Atlassian");

    public static Activity? Start(RemoteRequest request, Uri baseUrl)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var span = Source.StartActivity(request.ToString(), ActivityKind.Client);
        span?.SetTag("http.request.method", request.Method.Method);
        span?.SetTag("http.route", request.Route);
        span?.SetTag("server.address", baseUrl.Host);
        span?.SetTag("server.port", baseUrl.Port);
        span?.SetTag("reconciler.attempt", request.AttemptId);
        return span;
    }

    /// <param name="status">0 when no answer was read.</param>
    public static void End(Activity? span, int status, bool throttled)
    {
        span?.SetTag("http.response.status_code", status == 0 ? null : status);
        span?.SetTag("reconciler.throttled", throttled ? true : null);
        if (status is 0 or >= 400)
        {
            span?.SetTag("error.type", status == 0 ? "no_answer" : status);
            span?.SetStatus(ActivityStatusCode.Error);
        }

        span?.Dispose();
    }
}
