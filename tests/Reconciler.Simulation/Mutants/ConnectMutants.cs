using System.Net;

namespace Reconciler.Simulation.Mutants;

/// <summary>Believes that the former definition is registered again, and never sends it.</summary>
internal sealed class NoRestoreHandler : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Headers.TryGetValues("X-Reconciler-Attempt", out var attempts)
        && attempts.Single().StartsWith("restore-", StringComparison.Ordinal)
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request })
            : base.SendAsync(request, cancellationToken);
}

/// <summary>Deletes without saying what: Connect takes that for everything (reference.md §7.4).</summary>
internal sealed class BareDeleteHandler : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Delete)
        {
            request.RequestUri = new Uri(request.RequestUri!.GetLeftPart(UriPartial.Path));
        }

        return base.SendAsync(request, cancellationToken);
    }
}
