using System.Net;

namespace Reconciler.Kubernetes.Tests.Client;

/// <summary>Passes requests on and counts response bodies that were opened and not disposed.</summary>
internal sealed class CountingHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private int _open;

    public int Open => Volatile.Read(ref _open);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        Interlocked.Increment(ref _open);
        response.Content = new CountedContent(response.Content, () => Interlocked.Decrement(ref _open));
        return response;
    }

    private sealed class CountedContent : HttpContent
    {
        private readonly HttpContent _inner;
        private Action? _closed;

        public CountedContent(HttpContent inner, Action closed)
        {
            _inner = inner;
            _closed = closed;
            foreach (var (name, values) in inner.Headers)
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }

        protected override Task<Stream> CreateContentReadStreamAsync() => _inner.ReadAsStreamAsync();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            _inner.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = _inner.Headers.ContentLength ?? 0;
            return _inner.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            _inner.Dispose();
            Interlocked.Exchange(ref _closed, null)?.Invoke();
            base.Dispose(disposing);
        }
    }
}
