using System.Diagnostics;
using System.Globalization;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Operator.Hosting;

/// <summary>The client of the API server, with its requests counted under client-go's names.</summary>
internal static class ClusterConnection
{
    public static KubernetesClient Open(ClusterConfig config, string version, HostMetrics metrics, TimeProvider time) =>
        new(
            new MeteredInvoker(ApiTransport.Create(config), metrics, time),
            config.Server,
            config.Credential,
            new KubernetesClientOptions { UserAgent = $"reconciler/{version}" },
            time);

    private static readonly ActivitySource Source = new("Reconciler.Hosting");

    private sealed class MeteredInvoker(HttpMessageInvoker inner, HostMetrics metrics, TimeProvider time)
        : HttpMessageInvoker(new HttpClientHandlerStub())
    {
        public override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var began = time.GetTimestamp();
            var code = "<error>";
            using var span = Trace(request);
            try
            {
                var response = await inner.SendAsync(request, cancellationToken);
                code = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
                span?.SetTag("http.response.status_code", (int)response.StatusCode);
                return response;
            }
            finally
            {
                metrics.ApiRequestEnded(request, code, time.GetElapsedTime(began));
            }
        }

        // Only calls within a pass: watches and leases run for ever and belong to nothing.
        private static Activity? Trace(HttpRequestMessage request)
        {
            var span = Activity.Current is null
                ? null
                : Source.StartActivity($"{request.Method} API server", ActivityKind.Client);
            span?.SetTag("http.request.method", request.Method.Method);
            span?.SetTag("url.path", request.RequestUri?.AbsolutePath);
            return span;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    /// <summary>The invoker's own handler is never asked: every request goes to the inner invoker.</summary>
    private sealed class HttpClientHandlerStub : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
